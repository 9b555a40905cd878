export { default } from "./scripts/checks/patterns.mjs";
