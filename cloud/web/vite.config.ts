import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/**
 * The view's code is fetched beside the first script and run later (src/main.ts). A plain preload: modulepreload would
 * compile it at once, on the thread that is about to ask for the picture.
 */
const preloadView: Plugin = {
  name: 'preload-view',
  transformIndexHtml: {
    order: 'post',
    handler: (_html, { bundle }) => Object.values(bundle ?? {})
      .filter((chunk) => chunk.type === 'chunk' && chunk.facadeModuleId?.endsWith('/view/mount.tsx') === true)
      .map(({ fileName }) => ({ tag: 'link', attrs: { rel: 'preload', as: 'script', crossorigin: true, fetchpriority: 'low', href: `/${fileName}` }, injectTo: 'head' as const })),
  },
};

/**
 * The hub serves index.html at /watch and the assets from /assets. Nothing is inlined: the hub's content security
 * policy allows scripts and styles from files of its own only.
 */
export default defineConfig({
  base: '/',
  plugins: [react(), preloadView],
  build: { target: ['chrome90', 'edge90', 'safari15', 'firefox115'], cssTarget: ['chrome90', 'safari15', 'firefox115'], assetsInlineLimit: 0, modulePreload: { polyfill: false }, sourcemap: false, chunkSizeWarningLimit: 400 },
  server: { proxy: { '/api': 'http://127.0.0.1:8080', '/whep': 'http://127.0.0.1:8080' } },
});
