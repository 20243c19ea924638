import type { ConsoleProfile } from '@scanlink/board';
import { AppError } from '@scanlink/protocol';
import { isRecord } from '@scanlink/protocol/lib/schema/walk';

const BY_PROFILE = /^profile:([a-z0-9-]{1,48})$/;
/** Finds a console profile by name. @throws CFG_CONSOLE_UNKNOWN, CFG_CONSOLE_INVALID. */
export type FindProfile = (name: string) => ConsoleProfile;

/**
 * A configuration as it was parsed from JSON, with `"crop": "profile:NAME"` of an input replaced by the profile's crop, masks
 * and drawnFor, and of a real device with its colour and its fingerprints of 'no signal'; `profile` brings the latter two alone. A value of crop and no key of its own: an older firmware refuses it, where it would leave a key out and show
 * what is hidden (docs/decisions/0020). All else is left as it is, right or wrong.
 * @param find null: the reader shows no picture, and crops by profile are left out.
 * @throws CFG_INVALID for masks or drawnFor beside it; what find throws.
 */
export function useProfiles(raw: unknown, find: FindProfile | null): unknown {
  const inputs: unknown = isRecord(raw) ? raw['inputs'] : undefined;
  if (!isRecord(raw) || !Array.isArray(inputs)) return raw;
  return { ...raw, inputs: inputs.map((input: unknown, index) => useProfile(input, `inputs[${index}]`, find)) };
}

function useProfile(input: unknown, key: string, find: FindProfile | null): unknown {
  if (!isRecord(input)) return input;
  const { crop, ...rest } = withProfile(input, find);
  if (typeof crop !== 'string') return crop === undefined ? rest : { ...rest, crop };
  const name = BY_PROFILE.exec(crop)?.[1];
  const invalid = (part: string, detail: string): AppError => new AppError('CFG_INVALID', { key: `${key}.${part}`, detail });
  if (name === undefined) throw invalid('crop', 'must be a rectangle, or profile:NAME with the name of a console profile');
  const beside = ['masks', 'drawnFor'].find((each) => input[each] !== undefined);
  if (beside !== undefined) throw invalid(beside, 'comes from the profile that crop names; leave it out');
  if (!find) return rest;
  const profile = find(name);
  const hides = profile.crop !== null || profile.masks.length > 0;
  return {
    // What the file itself says of colour and of the grabber's own picture comes last, and so holds.
    ...(input['driver'] === 'v4l2' ? describeSignal(profile) : {}), ...rest,
    ...(profile.crop ? { crop: profile.crop } : {}), ...(profile.masks.length > 0 ? { masks: profile.masks } : {}), ...(hides ? { drawnFor: profile.drawnFor } : {}),
  };
}

/** `profile` of a real device: colour and fingerprints alone. What it hides is asked for by crop, which no older firmware leaves out. */
function withProfile(input: Record<string, unknown>, find: FindProfile | null): Record<string, unknown> {
  const { driver, profile } = input;
  // A name of another shape is the schema's to refuse.
  return driver === 'v4l2' && find && typeof profile === 'string' && /^[a-z0-9-]{1,48}$/.test(profile) ? { ...describeSignal(find(profile)), ...input } : input;
}

/** What a profile knows of the signal, in the keys of an input of a real device. */
function describeSignal({ matrix, range, noSignal }: ConsoleProfile): Record<string, unknown> {
  const colour = { ...(matrix === 'auto' ? {} : { matrix }), ...(range === 'auto' ? {} : { range }) };
  return { ...(Object.keys(colour).length > 0 ? { colour } : {}), ...(noSignal.length > 0 ? { noSignal: noSignal.map(({ grid, tolerance }) => ({ grid, tolerance })) } : {}) };
}
