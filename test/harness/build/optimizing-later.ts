/**
 * Options for node: most of what a test runs it runs a few times, and to optimize it never pays; on Node 20 it costs a
 * sixth of the whole time. Later versions wait longer by themselves, and have no such option.
 */
export const optimizingLater: readonly string[] = process.versions.node.startsWith("20.")
  ? ["--interrupt-budget=1000000"]
  : [];
