import { describe } from "vitest";
import { tellOfCrashes } from "./crashes.ts";

describe("on slack, killed", () => tellOfCrashes("slack"));
