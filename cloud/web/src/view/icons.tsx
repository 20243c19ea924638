import type { ReactNode } from 'react';
import type { StatusIcon } from '../status/status-words.ts';

// Each status has a shape of its own, so that it can be told without its colour.
const statusShapes: Readonly<Record<StatusIcon, ReactNode>> = {
  live: <><circle cx="10" cy="10" r="4" fill="currentColor" stroke="none" /><circle cx="10" cy="10" r="8" /></>,
  unchanged: <><circle cx="10" cy="10" r="8" /><path d="M6.5 8.4h7M6.5 11.6h7" /></>,
  stalled: <path d="M5.5 2.5h9M5.5 17.5h9M6.5 2.5v3.2L10 10l3.5-4.3V2.5M6.5 17.5v-3.2L10 10l3.5 4.3v3.2" />,
  'no-signal': <><rect x="2" y="4" width="16" height="11" rx="1.5" /><path d="m7 7 6 5m0-5-6 5M7 17.8h6" /></>,
  reconnecting: <path d="M17 10a7 7 0 0 1-12.4 4.4M3 10A7 7 0 0 1 15.400 5.600M15.800 2.400v3.500h-3.500M4.200 17.600v-3.500h3.500" />,
  suspended: <><circle cx="10" cy="10" r="8" /><path d="M8 7v6M12 7v6" /></>,
  ended: <rect x="4" y="4" width="12" height="12" rx="1.5" />,
  failed: <><path d="M10 2.500 18.500 17h-17Z" /><path d="M10 8v4M10 14.400v.2" /></>,
  waiting: <><circle cx="10" cy="10" r="8" /><path d="M10 5.500V10l3 2" /></>,
};

const Svg = ({ children, className }: { readonly children: ReactNode; readonly className: string }): ReactNode => (
  <svg className={className} viewBox="0 0 20 20" fill="none" stroke="currentColor" strokeWidth="1.7" strokeLinecap="round" strokeLinejoin="round" aria-hidden="true">{children}</svg>
);

export const StatusMark = ({ icon }: { readonly icon: StatusIcon }): ReactNode => <Svg className={`mark mark-${icon}`}>{statusShapes[icon]}</Svg>;

const toolShapes = {
  enter: <path d="M3 7.500V3h4.500M12.500 3H17v4.500M17 12.500V17h-4.500M7.500 17H3v-4.500" />,
  leave: <path d="M7.500 3v4.500H3M17 7.500h-4.500V3M12.500 17v-4.500H17M3 12.500h4.500V17" />,
  minus: <path d="M5 10h10" />,
  plus: <path d="M5 10h10M10 5v10" />,
  chevron: <path d="m5 12.500 5-5 5 5" />,
  close: <path d="m5 5 10 10M15 5 5 15" />,
} as const;

export const ToolIcon = ({ name }: { readonly name: keyof typeof toolShapes }): ReactNode => <Svg className="tool-icon">{toolShapes[name]}</Svg>;
