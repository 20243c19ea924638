/** Fonts of the placeholder and the simulated console, as Debian and Ubuntu lay them: Latin from the first, Chinese from the second. */
export const FONT_PATHS: readonly string[] = ['/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf', '/usr/share/fonts/truetype/wqy/wqy-microhei.ttc'];
