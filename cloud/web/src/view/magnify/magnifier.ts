/** A point or a length on the screen, CSS pixels; points are relative to the stage's upper left corner. */
export interface Point { readonly x: number; readonly y: number }
export interface Size { readonly width: number; readonly height: number }

/** The stage in CSS pixels and where it begins on the page, the picture in its own pixels, and device pixels a CSS pixel. */
export interface Geometry { readonly stage: Size; readonly origin: Point; readonly picture: Size; readonly pixelRatio: number }

/**
 * What of the picture is seen. `u`, `v`: the point of the picture in the middle of the stage, 0 to 1 from its upper left.
 * `zoom`: times the size that fits the stage; of no meaning in `fit` and `actual`, which follow the stage's size.
 */
export interface Magnifier { readonly mode: 'fit' | 'actual' | 'free'; readonly zoom: number; readonly u: number; readonly v: number }

export type MagnifierEvent =
  | { readonly kind: 'fit' | 'actual' }
  /** Zooms by `factor`; what lies under `at` stays under it. Without `at`: about the middle. */
  | { readonly kind: 'zoom'; readonly factor: number; readonly at?: Point }
  /** The picture follows the hand by so much. */
  | { readonly kind: 'pan'; readonly by: Point }
  /** A double click or double tap: in at a picture that fits, back from any other. */
  | { readonly kind: 'toggle'; readonly at: Point };

export interface PlacedPicture { readonly left: number; readonly top: number; readonly width: number; readonly height: number }

export const fitted: Magnifier = { mode: 'fit', zoom: 1, u: 0.5, v: 0.5 };

const TOGGLE_FACTOR = 2.5;
/** The most that a picture point may be enlarged to, device pixels; a small picture may be enlarged further. */
const LARGEST_POINT_PX = 16;
const LARGEST_ZOOM = 8;
/** From here on a picture point is seen as such, with edges; below, the display's smoothing shows more. Device pixels. */
const CRISP_FROM_PX = 4;

/** The next state. Pure; a geometry without an area changes nothing. */
export function magnify(state: Magnifier, event: MagnifierEvent, geometry: Geometry): Magnifier {
  if (!hasArea(geometry)) return state;
  switch (event.kind) {
    case 'fit': return fitted;
    case 'actual': return settle({ mode: 'actual', zoom: 1, u: state.u, v: state.v }, geometry);
    case 'toggle': return state.mode === 'fit' ? magnify(state, { kind: 'zoom', factor: TOGGLE_FACTOR, at: event.at }, geometry) : fitted;
    case 'pan': {
      const { width, height } = place(state, geometry);
      return settle({ ...state, u: state.u - event.by.x / width, v: state.v - event.by.y / height }, geometry);
    }
    case 'zoom':
    default: {
      const before = place(state, geometry);
      const { smallest, largest } = zoomLimits(geometry);
      const zoom = clamp(zoomOf(state, geometry) * event.factor, smallest, largest);
      // Within a thousandth of the fitting size the picture fits.
      if (Math.abs(zoom - 1) < 0.001) return fitted;
      const at = event.at ?? { x: geometry.stage.width / 2, y: geometry.stage.height / 2 };
      const width = fitScale(geometry) * geometry.picture.width * zoom;
      const height = fitScale(geometry) * geometry.picture.height * zoom;
      const u = (at.x - before.left) / before.width - (at.x - geometry.stage.width / 2) / width;
      const v = (at.y - before.top) / before.height - (at.y - geometry.stage.height / 2) / height;
      return settle({ mode: 'free', zoom, u, v }, geometry);
    }
  }
}

/** Where the picture lies on the stage; at `actual` on whole device pixels, so that each picture point is one of them. */
export function place(state: Magnifier, geometry: Geometry): PlacedPicture {
  const scale = scaleOf(state, geometry);
  const [width, height] = [geometry.picture.width * scale, geometry.picture.height * scale];
  const { u, v } = settle(state, geometry);
  const whole = (value: number, origin: number): number => (state.mode === 'actual' ? Math.round((value + origin) * geometry.pixelRatio) / geometry.pixelRatio - origin : value);
  return { left: whole(geometry.stage.width / 2 - u * width, geometry.origin.x), top: whole(geometry.stage.height / 2 - v * height, geometry.origin.y), width, height };
}

/** Times the fitting size. */
export function zoomOf(state: Magnifier, geometry: Geometry): number {
  return state.mode === 'fit' ? 1 : state.mode === 'free' ? state.zoom : 1 / geometry.pixelRatio / fitScale(geometry);
}

/** Whether the picture's points are drawn with edges. */
export function isCrisp(state: Magnifier, geometry: Geometry): boolean {
  return hasArea(geometry) && scaleOf(state, geometry) * geometry.pixelRatio >= CRISP_FROM_PX;
}

export function hasArea({ stage, picture }: Geometry): boolean { return stage.width > 0 && stage.height > 0 && picture.width > 0 && picture.height > 0; }

function scaleOf(state: Magnifier, geometry: Geometry): number { return fitScale(geometry) * zoomOf(state, geometry); }

/** CSS pixels a picture point where the whole picture is seen. */
function fitScale({ stage, picture }: Geometry): number { return Math.min(stage.width / picture.width, stage.height / picture.height); }

/** Never smaller than the whole picture, but for a picture that 1:1 makes smaller still. */
function zoomLimits(geometry: Geometry): { smallest: number; largest: number } {
  const onePoint = 1 / geometry.pixelRatio / fitScale(geometry);
  return { smallest: Math.min(1, onePoint), largest: Math.max(LARGEST_ZOOM, LARGEST_POINT_PX * onePoint) };
}

/** No edge of the picture leaves the stage's edge inwards; a side that is shorter than the stage's stays in the middle. */
function settle(state: Magnifier, geometry: Geometry): Magnifier {
  const scale = scaleOf(state, geometry);
  const keep = (at: number, stagePx: number, picturePx: number): number => {
    const half = stagePx / 2 / (picturePx * scale);
    return half >= 0.5 ? 0.5 : clamp(at, half, 1 - half);
  };
  return { ...state, u: keep(state.u, geometry.stage.width, geometry.picture.width), v: keep(state.v, geometry.stage.height, geometry.picture.height) };
}

function clamp(value: number, least: number, most: number): number { return Math.min(most, Math.max(least, value)); }
