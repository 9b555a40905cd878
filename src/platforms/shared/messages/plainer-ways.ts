/**
 * Tries one way of saying something after the other, each with less beside the words, while the platform refuses the form of
 * it. `refused` hears why the next one is tried.
 *
 * @throws what is no refusal of the form, or what the last way threw
 */
export async function withPlainerWays<Said, Rejection extends Error>(
  [way, ...plainer]: readonly [() => Promise<Said>, ...(() => Promise<Said>)[]],
  isFormRejected: (error: unknown) => error is Rejection,
  refused: (rejection: Rejection) => void,
): Promise<Said> {
  try {
    return await way();
  } catch (error) {
    const [next, ...others] = plainer;
    if (!next || !isFormRejected(error)) throw error;
    refused(error);
    return withPlainerWays([next, ...others], isFormRejected, refused);
  }
}
