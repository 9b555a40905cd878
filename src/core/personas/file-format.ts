import type { Persona } from "../domain/persona.ts";
import type { OutgoingFile } from "../ports/platform.ts";

/** A persona as a file of the personas folder: YAML front matter, then the instructions. JSON strings are YAML. */
export function personaFile({ key, instructions, ...facts }: Persona): OutgoingFile {
  const lines = Object.entries(facts)
    .filter(([, value]) => value !== undefined && value !== "")
    .map(([field, value]) => `${field}: ${JSON.stringify(value)}`);
  return {
    name: `${key}.md`,
    contentType: "text/markdown",
    text: ["---", ...lines, "---", "", instructions, ""].join("\n"),
  };
}
