const SECRET_NAMES = new Set(['token', 'access_token', 'authorization', 'bearer', 'key']);

/** True when an address carries a token in its query: such an address lands in histories and in logs of proxies. */
export function hasTokenInQuery(url: string): boolean {
  const start = url.indexOf('?');
  if (start < 0) return false;
  const query = new URLSearchParams(url.slice(start + 1));
  return [...query].some(([name, value]) => SECRET_NAMES.has(name.toLowerCase()) || /^v1\.[\w-]+\.[\w-]+$/.test(value));
}
