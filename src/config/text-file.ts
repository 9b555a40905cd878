import { readFileSync } from "node:fs";

const UTF8_MARK = [0xef, 0xbb, 0xbf];
const UTF16LE_MARK = [0xff, 0xfe];
const UTF16BE_MARK = [0xfe, 0xff];

/** A file that people edit, whatever their editor wrote. */
export function readTextFile(file: string): string {
  return decodeText(readFileSync(file)).replace(/\r\n?/g, "\n");
}

/** Notepad and PowerShell mark UTF-8 and UTF-16 at the beginning; older editors write the code page of the West. */
export function decodeText(bytes: Uint8Array): string {
  if (begins(bytes, UTF8_MARK)) return new TextDecoder("utf-8").decode(bytes);
  if (begins(bytes, UTF16LE_MARK)) return utf16(bytes.subarray(2));
  if (begins(bytes, UTF16BE_MARK)) return utf16(swapped(bytes.subarray(2)));
  // Without a mark: what people edit begins with a letter of ASCII, and holds no zero otherwise.
  const [first, second] = bytes;
  if (first !== 0 && second === 0) return utf16(bytes);
  if (first === 0 && second !== 0) return utf16(swapped(bytes));
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return Buffer.from(bytes)
      .toString("latin1")
      .replace(/[\u0080-\u009f]/g, windows1252);
  }
}

const begins = (bytes: Uint8Array, mark: readonly number[]): boolean =>
  mark.every((byte, at) => bytes[at] === byte);

const utf16 = (bytes: Uint8Array): string => new TextDecoder("utf-16le").decode(bytes);

/** A last half of a character is left out. */
const swapped = (bytes: Uint8Array): Uint8Array => Buffer.from(bytes.subarray(0, bytes.length & ~1)).swap16();

/** What Windows-1252 has where Latin-1 has nothing to show. Many a Node decodes the one as if it were the other (nodejs/node#56542). */
const ONLY_IN_1252 = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ";
const windows1252 = (character: string): string => ONLY_IN_1252[character.charCodeAt(0) - 0x80] ?? character;
