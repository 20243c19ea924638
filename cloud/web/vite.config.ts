import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/**
 * The hub serves index.html at /watch and the assets from /assets. Nothing is inlined: the hub's content security
 * policy allows scripts and styles from files of its own only.
 */
export default defineConfig({
  base: '/',
  plugins: [react()],
  build: { target: 'es2022', assetsInlineLimit: 0, modulePreload: { polyfill: false }, sourcemap: false, chunkSizeWarningLimit: 400 },
  server: { proxy: { '/api': 'http://127.0.0.1:8080', '/whep': 'http://127.0.0.1:8080' } },
});
