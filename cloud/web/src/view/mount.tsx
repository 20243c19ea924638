import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App, type AppContent } from './app.tsx';

/** Draws the page into #app. The first script may run before the document is parsed: then it waits for that. */
export function mount(document: Document, content: AppContent): void {
  const draw = (): void => {
    const root = document.getElementById('app');
    if (root !== null) createRoot(root).render(<StrictMode><App content={content} /></StrictMode>);
  };
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', draw, { once: true });
  else draw();
}
