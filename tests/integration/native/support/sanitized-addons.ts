/**
 * Preloaded (`node --import`) by `scripts/build-native.sh --sanitize --run-tests`: whoever asks for an addon of the
 * release build gets the sanitized one, in workers and child processes too. The product itself knows nothing of it.
 */
import { registerHooks } from 'node:module';

const RELEASE = /\/hal\/build\/release\/(?=[^/]+\.node$)/;

registerHooks({
  resolve: (specifier, context, nextResolve) => nextResolve(specifier.replace(RELEASE, '/hal/build/sanitize/'), context),
});
