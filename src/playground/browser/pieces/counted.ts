/** "1 message", "1,200 messages"; `many` is for what takes more than an s. */
export const counted = (count: number, one: string, many = `${one}s`) =>
  `${count.toLocaleString()} ${count === 1 ? one : many}`;
