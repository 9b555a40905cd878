import { z } from "zod";
import { addFault } from "../rest/form-errors.ts";

/** Characters over all embeds of a message [docs: Embed Limits]. */
const TOTAL_LIMIT = 6000;

const url = z
  .string()
  .regex(/^(https?|attachment):\/\//, "Not a well formed URL.")
  .max(2048);
const picture = z.object({
  url,
  proxy_url: z.string().optional(),
  height: z.int().optional(),
  width: z.int().optional(),
  description: z.string().max(1024).optional(),
  content_type: z.string().optional(),
  flags: z.int().optional(),
});

const embed = z.object({
  type: z.string().optional(),
  title: z.string().max(256).nullish(),
  description: z.string().max(4096).nullish(),
  url: url.nullish(),
  timestamp: z.iso.datetime({ offset: true }).nullish(),
  color: z.int().min(0).max(0xffffff).nullish(),
  footer: z
    .object({
      text: z.string().max(2048),
      icon_url: url.optional(),
      proxy_icon_url: z.string().optional(),
    })
    .nullish(),
  image: picture.nullish(),
  thumbnail: picture.nullish(),
  provider: z.object({ name: z.string().optional(), url: url.optional() }).nullish(),
  author: z
    .object({
      name: z.string().max(256),
      url: url.optional(),
      icon_url: url.optional(),
      proxy_icon_url: z.string().optional(),
    })
    .nullish(),
  fields: z
    .array(
      z.object({
        name: z.string().min(1).max(256),
        value: z.string().min(1).max(1024),
        inline: z.boolean().default(false),
      }),
    )
    .max(25)
    .nullish(),
});

type Embed = z.infer<typeof embed>;

export const embedsField = z
  .array(embed)
  .max(10)
  .superRefine((embeds, context) => {
    const total = embeds.reduce((sum, one) => sum + lengthOf(one), 0);
    if (total > TOTAL_LIMIT) {
      addFault(context, [], "MAX_EMBED_SIZE_EXCEEDED", `Embed size exceeds maximum size of ${TOTAL_LIMIT}`);
    }
  })
  .transform((embeds) => embeds.map(asShown));

function lengthOf({ title, description, footer, author, fields }: Embed): number {
  const texts = [
    title,
    description,
    footer?.text,
    author?.name,
    ...(fields ?? []).flatMap((field) => [field.name, field.value]),
  ];
  return texts.reduce((sum, text) => sum + (text?.length ?? 0), 0);
}

/** An embed as Discord gives it back: of type rich, without what was empty. */
function asShown(sent: Embed): Record<string, z.core.util.JSONType> {
  const kept = Object.fromEntries(
    Object.entries(sent).filter(([, value]) => value !== null && value !== undefined),
  );
  return { ...JSON.parse(JSON.stringify(kept)), type: "rich", content_scan_version: 0 };
}
