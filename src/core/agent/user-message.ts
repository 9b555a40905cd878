import { sentences } from "../../sentences/sentences.ts";
import { personName, plain } from "../access/person-name.ts";
import type { Attachment, MessageEvent } from "../domain/model.ts";
import type { AgentInput } from "../ports/agent/runs.ts";
import { withoutPrefix, withoutSuffix } from "../text/affixes.ts";
import type { ImageResults } from "./images.ts";

/** All that a model may read as the end of a line. */
const LINE_BREAK = /[\n\r\v\f\u0085\u2028\u2029]/;
/**
 * What shows nothing, with the bracket behind it. Whole runs are taken, so that a text is walked through once: a
 * pattern that looks for "a line break, blanks, a bracket" begins anew at every blank.
 */
const MAYBE_AUTHOR = /^\[|[\s\p{C}\p{Default_Ignorable_Code_Point}\u2800]+\[?/gu;
const MAYBE_ESCAPED_AUTHOR = /^\\\[|[\s\p{C}\p{Default_Ignorable_Code_Point}\u2800]+(?:\\\[)?/gu;

/**
 * What a person said, ready for the model: `[Alice] hello`. Names are data, so nothing that would end the
 * bracket or begin a line stays in them; and a line of the text that begins like a speaker is escaped. What is
 * attached stands there by its name, beside those images that could be had; and it is said of what nothing is kept.
 */
export function formatUserMessage(
  { id, author, text, attachments, quotesOutsider }: MessageEvent,
  images: ImageResults = new Map(),
): AgentInput {
  const files = attachments.map((attachment) => attachmentLine(attachment, images));
  const words = wellFormed(text.trim()).replace(MAYBE_AUTHOR, (run, at: number) =>
    beginsLine(run, at, "[") ? `${withoutSuffix(run, "[")}\\[` : run,
  );
  const isForeign = author.standing === "outsider" || quotesOutsider === true;
  const all = [words, ...files].filter(Boolean).join("\n") || sentences.agentInput.onlyName;
  const unkept = isForeign ? `\n${sentences.agentInput.ofOtherCompany}` : "";
  const inputImages = attachments.flatMap((attachment) => {
    const image = images.get(attachment);
    return image && "image" in image ? [image.image] : [];
  });
  return {
    otid: id,
    text: `[${personName(author)}] ${all}${unkept}`,
    ...(inputImages.length > 0 && { images: inputImages }),
  };
}

/** What was said, taken apart again: as it stands in Letta, with lines that look like a speaker escaped. */
export function parseUserMessage(text: string): { name: string; text: string } | undefined {
  const { name } = /^\[(?<name>[^\]]*)\] /.exec(text)?.groups ?? {};
  if (name === undefined) return undefined;
  const words = withoutPrefix(text, `[${name}] `).replace(MAYBE_ESCAPED_AUTHOR, (run, at: number) =>
    beginsLine(run, at, "\\[") ? `${withoutSuffix(run, "\\[")}[` : run,
  );
  return { name, text: words };
}

const beginsLine = (run: string, at: number, end: string) =>
  run.endsWith(end) && (at === 0 || LINE_BREAK.test(run));

function attachmentLine(attachment: Attachment, images: ImageResults): string {
  const image = images.get(attachment);
  return sentences.agentInput.attached({
    name: plain(attachment.name),
    type: plain(attachment.contentType),
    unseen: image && "omitted" in image ? image.omitted : undefined,
  });
}

/** As one line, whatever line breaks it holds. */
export const oneLine = (text: string): string =>
  wellFormed(text).replace(/[\s\u0085]+/g, (blank) => (LINE_BREAK.test(blank) ? " " : blank));

/** Letta fails on half a surrogate pair. */
const wellFormed = (text: string) => text.replace(/\p{Cs}/gu, "\uFFFD");
