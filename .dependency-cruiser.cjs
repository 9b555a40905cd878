module.exports = require("./scripts/checks/dependency-cruiser.cjs");
