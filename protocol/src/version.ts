/** Version of every message format in this package. A peer of another major version is refused with words. */
export const PROTOCOL_VERSION = 1;
