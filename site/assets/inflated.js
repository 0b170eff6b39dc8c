/** Return the plain bytes of a compressed file of this site. */
export async function inflated(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address.pathname} is not on this site (${answer.status})`);
  const bytes = new Uint8Array(await answer.arrayBuffer());
  // Some servers declare a .gz file as compressed in transit, and then the browser has inflated it already.
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  const plain = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(plain).arrayBuffer());
}
