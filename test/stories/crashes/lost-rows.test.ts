import { describe } from "vitest";
import { PLATFORMS } from "../../harness/platforms.ts";
import { tellOfLostRows } from "./lost-rows.ts";

describe.each(PLATFORMS)("on %s, killed with its database", (platform) => tellOfLostRows(platform));
