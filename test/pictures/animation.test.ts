import { crc32, inflateSync } from "node:zlib";
import { expect, test } from "vitest";
import { animation } from "./animation.ts";
import { chunksOf, decodePng, type Picture, packed, pngHeader, written } from "./png.ts";

const WIDTH = 9;
const HEIGHT = 7;

function picture(paint: (x: number, y: number) => readonly [number, number, number]): Picture {
  const bytes = Array.from({ length: WIDTH * HEIGHT }, (_, at) => paint(at % WIDTH, Math.floor(at / WIDTH)));
  return { width: WIDTH, height: HEIGHT, pixels: Uint8Array.from(bytes.flat()) };
}
const png = (of: Picture) =>
  written([pngHeader(of), { type: "IDAT", data: packed(of) }, { type: "IEND", data: Buffer.alloc(0) }]);

const plain = picture((x, y) => [x * 20, y * 30, 200]);
const dotted = picture((x, y) => (x >= 2 && x <= 4 && y === 3 ? [255, 0, 0] : [x * 20, y * 30, 200]));

test("a picture that is written is read as it was", () => {
  expect(decodePng(png(plain))).toEqual(plain);
  expect(decodePng(png(dotted))).toEqual(dotted);
});

test("an animation holds of each frame what differs, and where nothing does, the one before lasts longer", () => {
  const file = animation([
    { png: png(plain), ms: 100 },
    { png: png(plain), ms: 50 },
    { png: png(dotted), ms: 200 },
  ]);
  const chunks = chunksOf(file);
  expect(chunks.map(({ type }) => type)).toEqual(["IHDR", "acTL", "fcTL", "IDAT", "fcTL", "fdAT", "IEND"]);
  const [first, second] = chunks.filter(({ type }) => type === "fcTL").map(({ data }) => data);
  const numbers = (data: Buffer | undefined) => [0, 4, 8, 12, 16].map((at) => data?.readUInt32BE(at));
  expect(numbers(first)).toEqual([0, WIDTH, HEIGHT, 0, 0]);
  expect(first?.readUInt16BE(20)).toBe(150);
  expect(numbers(second)).toEqual([1, 3, 1, 2, 3]);
  expect(second?.readUInt16BE(20)).toBe(200);
  const moved = chunks.find(({ type }) => type === "fdAT")?.data;
  expect(moved?.readUInt32BE(0)).toBe(2);
  // Its one row: the filter, and three red pixels as differences from the left.
  expect([...inflateSync(moved?.subarray(4) ?? "")]).toEqual([1, 255, 0, 0, 0, 0, 0, 0, 0, 0]);
  // A program that knows no animation shows the first frame.
  expect(decodePng(file)).toEqual(plain);
});

test("each piece carries its checksum", () => {
  const file = png(plain);
  const end = file.subarray(-12);
  expect(end.readUInt32BE(8)).toBe(crc32(Buffer.from("IEND")));
});

test("what browsers do not write is refused", () => {
  const { type, data } = pngHeader(plain);
  const deep = Buffer.from(data);
  deep[8] = 16;
  expect(() => decodePng(written([{ type, data: deep }]))).toThrow("depth 16");
});
