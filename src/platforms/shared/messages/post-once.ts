import { PlatformUnavailable } from "../unavailable.ts";

/**
 * Makes something on a platform exactly once, whatever is lost on the way: it is looked for before it is made again, where an
 * earlier try may have succeeded and where the answer to this one did not come.
 */
export async function postOnce<Made>(
  isRetry: boolean,
  { look, make }: { look: () => Promise<Made | undefined>; make: () => Promise<Made> },
): Promise<Made> {
  const earlier = isRetry ? await look() : undefined;
  if (earlier !== undefined) return earlier;
  try {
    return await make();
  } catch (error) {
    if (!(error instanceof PlatformUnavailable && error.mayHaveSucceeded)) throw error;
    return (await look()) ?? make();
  }
}
