import { mention } from "../../../core/domain/command-lines.ts";

const doctor = "`npm run doctor`";

/** What those who run the installation are told, in chat or by the doctor. */
export const alerts = {
  lettaAway: (minutes: number) =>
    `⚠️ Letta has not answered me for ${minutes} minutes. What people say waits, and is answered when it is back. ${doctor} says what is wrong.`,
  lettaBack: "✅ Letta answers again. What waited is being answered.",
  budget: ({ platform, tenant, percent }: { platform: string; tenant: string; percent: number }) =>
    `⚠️ \`${platform}/${tenant}\` has used ${percent >= 100 ? "up" : `${percent} % of`} its answers for today. ${mention("admin", "limits")} there changes it.`,
  refused: `⚠️ Letta or the model behind it refuses me: a key, a password or a model's name is wrong. ${doctor} says which.`,
  platformLost: (platform: string, reason: string) =>
    `⚠️ I am no longer on \`${platform}\`. ${reason} What people said there waits for the next start.`,
  unknownFailure: "an unknown failure",
  notChecked: (why: string) => `It could not be checked: ${why}.`,
};
