// Makes a screenshot light: a PNG of at most 256 colours, a third of the size, the same to the eye.

import { crc32, deflateSync } from 'node:zlib';

/** `page` is a blank page that decodes the picture; gives the new PNG. */
export async function reduce(page, png) {
  const { width, height, colours, pixels } = await page.evaluate(choose, png.toString('base64'));
  const indices = Buffer.from(pixels, 'base64');
  const rows = [];
  // Each row begins with its filter: none.
  for (let y = 0; y < height; y += 1) rows.push(Buffer.of(0), indices.subarray(y * width, (y + 1) * width));
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  // Eight bits a pixel, by palette.
  header.set([8, 3, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('PLTE', Buffer.from(colours)),
    chunk('IDAT', deflateSync(Buffer.concat(rows), { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(name, data) {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

/** In the page: the commonest colours, and for each pixel the nearest of them, as bytes. */
async function choose(base64) {
  const image = new Image();
  image.src = `data:image/png;base64,${base64}`;
  await image.decode();
  const { width, height } = image;
  const canvas = Object.assign(document.createElement('canvas'), { width, height });
  const context = canvas.getContext('2d');
  context.drawImage(image, 0, 0);
  const colour = new Uint32Array(context.getImageData(0, 0, width, height).data.buffer);
  const channels = (one) => [one & 255, (one >> 8) & 255, (one >> 16) & 255];
  // Shades that differ in their last bits only count together, so that a small bright spot keeps its colour.
  const groups = new Map();
  for (const one of colour) {
    const group = one & 0xf0f0f0;
    const shades = groups.get(group) ?? new Map();
    groups.set(group, shades.set(one, (shades.get(one) ?? 0) + 1));
  }
  const sum = (shades) => [...shades.values()].reduce((one, other) => one + other);
  const kept = [...groups.values()].sort((one, other) => sum(other) - sum(one)).slice(0, 256);
  const chosen = kept.map((shades) => channels([...shades].sort((one, other) => other[1] - one[1])[0][0]));
  const nearest = new Map();
  for (const one of new Set(colour)) {
    const [red, green, blue] = channels(one);
    const distances = chosen.map(([r, g, b]) => (r - red) ** 2 + (g - green) ** 2 + (b - blue) ** 2);
    nearest.set(one, distances.indexOf(Math.min(...distances)));
  }
  let pixels = '';
  for (const one of colour) pixels += String.fromCharCode(nearest.get(one));
  return { width, height, colours: chosen.flat(), pixels: btoa(pixels) };
}
