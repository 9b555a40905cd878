import { crc32, deflateSync, inflateSync } from "node:zlib";

/** Rows of pixels, three bytes each. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

export interface Chunk {
  readonly type: string;
  readonly data: Buffer;
}

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const BYTES = 3;
/** Colour types of the format. */
const TRUECOLOUR = 2;
const TRUECOLOUR_ALPHA = 6;

/** Reads what browsers write: eight bits, not interlaced, with or without alpha, which is dropped. */
export function decodePng(file: Buffer): Picture {
  const chunks = chunksOf(file);
  const header = chunks.find(({ type }) => type === "IHDR")?.data;
  if (!header) throw new Error("this is no PNG");
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const [depth, colour, interlaced] = [header[8], header[9], header[12]];
  if (depth !== 8 || interlaced !== 0 || !(colour === TRUECOLOUR || colour === TRUECOLOUR_ALPHA)) {
    throw new Error(`a PNG of depth ${depth} and colour type ${colour} is not read here`);
  }
  const from = colour === TRUECOLOUR ? BYTES : BYTES + 1;
  const packed = inflateSync(
    Buffer.concat(chunks.filter(({ type }) => type === "IDAT").map(({ data }) => data)),
  );
  const rows = unfiltered(packed, { stride: width * from, height, step: from });
  const pixels = new Uint8Array(width * height * BYTES);
  for (let at = 0; at < width * height; at += 1) {
    pixels.set(rows.subarray(at * from, at * from + BYTES), at * BYTES);
  }
  return { width, height, pixels };
}

/** The rows as image data: each by the filter that leaves least to pack. */
export function packed({ width, height, pixels }: Picture): Buffer {
  const stride = width * BYTES;
  const out = Buffer.alloc((stride + 1) * height);
  const zero = new Uint8Array(stride);
  for (let y = 0; y < height; y += 1) {
    const row = pixels.subarray(y * stride, (y + 1) * stride);
    const above = y === 0 ? zero : pixels.subarray((y - 1) * stride, y * stride);
    const [filter, bytes] = leastOf([
      [0, row],
      [1, row.map((byte, x) => byte - (row[x - BYTES] ?? 0))],
      [2, row.map((byte, x) => byte - (above[x] ?? 0))],
    ]);
    out[y * (stride + 1)] = filter;
    out.set(bytes, y * (stride + 1) + 1);
  }
  return deflateSync(out, { level: 9 });
}

export function pngHeader({ width, height }: Pick<Picture, "width" | "height">): Chunk {
  const data = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, TRUECOLOUR, 0, 0, 0]);
  data.writeUInt32BE(width, 0);
  data.writeUInt32BE(height, 4);
  return { type: "IHDR", data };
}

export function written(chunks: readonly Chunk[]): Buffer {
  const pieces = chunks.map(({ type, data }) => {
    const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
    return Buffer.concat([uint32(data.length), body, uint32(crc32(body))]);
  });
  return Buffer.concat([SIGNATURE, ...pieces]);
}

export function chunksOf(file: Buffer): readonly Chunk[] {
  const chunks: Chunk[] = [];
  for (let at = SIGNATURE.length; at < file.length; ) {
    const length = file.readUInt32BE(at);
    chunks.push({
      type: file.toString("latin1", at + 4, at + 8),
      data: file.subarray(at + 8, at + 8 + length),
    });
    at += length + 12;
  }
  return chunks;
}

export function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function leastOf(ways: readonly (readonly [number, Uint8Array])[]): readonly [number, Uint8Array] {
  const weighed = ways.map((way) => ({ way, weight: weightOf(way[1]) }));
  return weighed.reduce((least, each) => (each.weight < least.weight ? each : least)).way;
}

/** Bytes near zero, from either side, pack best. */
const weightOf = (bytes: Uint8Array) => bytes.reduce((sum, byte) => sum + Math.min(byte, 256 - byte), 0);

function unfiltered(
  data: Buffer,
  { stride, height, step }: { readonly stride: number; readonly height: number; readonly step: number },
): Uint8Array {
  // An empty row above, and an empty pixel before each row, are what the first ones are predicted from.
  const wide = stride + step;
  const rows = new Uint8Array(wide * (height + 1));
  for (let y = 0; y < height; y += 1) {
    const filter = data[y * (stride + 1)] ?? 0;
    for (let x = 0; x < stride; x += 1) {
      const at = (y + 1) * wide + step + x;
      const [left = 0, above = 0, corner = 0] = [rows[at - step], rows[at - wide], rows[at - wide - step]];
      rows[at] = (data[y * (stride + 1) + 1 + x] ?? 0) + predicted(filter, { left, above, corner });
    }
  }
  const plain = new Uint8Array(stride * height);
  for (let y = 0; y < height; y += 1) {
    const from = (y + 1) * wide + step;
    plain.set(rows.subarray(from, from + stride), y * stride);
  }
  return plain;
}

function predicted(
  filter: number,
  { left, above, corner }: { readonly left: number; readonly above: number; readonly corner: number },
): number {
  if (filter === 1) return left;
  if (filter === 2) return above;
  if (filter === 3) return (left + above) >> 1;
  if (filter !== 4) return 0;
  const guess = left + above - corner;
  const [toLeft, toAbove, toCorner] = [
    Math.abs(guess - left),
    Math.abs(guess - above),
    Math.abs(guess - corner),
  ];
  if (toLeft <= toAbove && toLeft <= toCorner) return left;
  return toAbove <= toCorner ? above : corner;
}
