import { type Chunk, decodePng, type Picture, packed, pngHeader, uint32, written } from "./png.ts";

export interface Frame {
  /** A PNG, as large as all others. */
  readonly png: Buffer;
  readonly ms: number;
}

interface Part {
  readonly x: number;
  readonly y: number;
  readonly picture: Picture;
  readonly ms: number;
}

/** An animated PNG that is played again and again; of each frame but the first it holds what differs. */
export function animation(frames: readonly Frame[]): Buffer {
  const parts = partsOf(frames);
  const [first] = parts;
  if (!first) throw new Error("nothing moves without frames");
  let sequence = 0;
  const chunks = parts.flatMap((part, index): Chunk[] => {
    const control = { type: "fcTL", data: controlOf(part, sequence) };
    const data = packed(part.picture);
    sequence += index === 0 ? 1 : 2;
    // The first frame is also what a program shows that knows no animation.
    if (index === 0) return [control, { type: "IDAT", data }];
    return [control, { type: "fdAT", data: Buffer.concat([uint32(sequence - 1), data]) }];
  });
  const forever = 0;
  const count = { type: "acTL", data: Buffer.concat([uint32(parts.length), uint32(forever)]) };
  return written([pngHeader(first.picture), count, ...chunks, { type: "IEND", data: Buffer.alloc(0) }]);
}

/** A frame in which nothing changed only makes the one before it last longer. */
function partsOf(frames: readonly Frame[]): readonly Part[] {
  const parts: Part[] = [];
  let shown: Picture | undefined;
  for (const { png, ms } of frames) {
    const picture = decodePng(png);
    const area = shown
      ? changed(shown, picture)
      : { x: 0, y: 0, width: picture.width, height: picture.height };
    const last = parts.at(-1);
    if (area) parts.push({ x: area.x, y: area.y, picture: cut(picture, area), ms });
    else if (last) parts.splice(-1, 1, { ...last, ms: last.ms + ms });
    shown = picture;
  }
  return parts;
}

interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The smallest area around everything that differs. */
function changed(before: Picture, after: Picture): Area | undefined {
  const { width } = after;
  let [left, top, right, bottom] = [width, after.height, -1, -1];
  for (let at = 0; at < after.pixels.length; at += 1) {
    if (before.pixels[at] === after.pixels[at]) continue;
    const pixel = Math.floor(at / 3);
    const [x, y] = [pixel % width, Math.floor(pixel / width)];
    [left, top, right, bottom] = [
      Math.min(left, x),
      Math.min(top, y),
      Math.max(right, x),
      Math.max(bottom, y),
    ];
  }
  return right < 0 ? undefined : { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
}

function cut({ width, pixels }: Picture, area: Area): Picture {
  const out = new Uint8Array(area.width * area.height * 3);
  for (let row = 0; row < area.height; row += 1) {
    const from = ((area.y + row) * width + area.x) * 3;
    out.set(pixels.subarray(from, from + area.width * 3), row * area.width * 3);
  }
  return { width: area.width, height: area.height, pixels: out };
}

const PER_SECOND = 1_000;
/** It stays where it is, in the place of what was there. */
const KEEP = 0;
const REPLACE = 0;

function controlOf({ x, y, picture: { width, height }, ms }: Part, sequence: number): Buffer {
  const delay = Buffer.alloc(4);
  delay.writeUInt16BE(ms, 0);
  delay.writeUInt16BE(PER_SECOND, 2);
  return Buffer.concat([...[sequence, width, height, x, y].map(uint32), delay, Buffer.from([KEEP, REPLACE])]);
}
