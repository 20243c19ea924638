import { useEffect, useState } from 'react';

/**
 * Full screen of the whole page, so that room, code and status stay beside the picture.
 * null where the browser can't (telephones by Apple show single videos only, without any words beside).
 */
export function useFullScreen(): { readonly on: boolean; readonly toggle: () => void } | null {
  const [on, setOn] = useState(document.fullscreenElement !== null);
  useEffect(() => {
    const look = (): void => setOn(document.fullscreenElement !== null);
    document.addEventListener('fullscreenchange', look);
    return () => document.removeEventListener('fullscreenchange', look);
  }, []);
  if (!document.fullscreenEnabled) return null;
  return {
    on,
    toggle: () => {
      const done = document.fullscreenElement === null ? document.documentElement.requestFullscreen() : document.exitFullscreen();
      // Refused without a person's gesture: the page stays as it is.
      done.catch(() => undefined);
    },
  };
}
