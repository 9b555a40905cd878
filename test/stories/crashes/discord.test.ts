import { describe } from "vitest";
import { tellOfCrashes } from "./crashes.ts";

describe("on discord, killed", () => tellOfCrashes("discord"));
