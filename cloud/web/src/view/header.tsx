import type { ReactNode } from 'react';
import { ToolIcon } from './icons.tsx';
import { useWords } from './words-context.tsx';
import type { ViewedSession } from '../hub/session-info.ts';
import type { Zoom } from './stage.tsx';

/** Room, box and input: what is looked at. */
export const Identity = ({ session }: { readonly session: ViewedSession | null }): ReactNode => (
  <div className="identity">
    <strong>{session?.room ?? 'ScanLink'}</strong>
    {session !== null && <span className="identity-rest"><span>{session.box}</span><span>{session.input}</span></span>}
  </div>
);

/** The 4-character code that the box shows too, large enough to be read out over the telephone. */
export const CheckCode = ({ code }: { readonly code: string | null }): ReactNode => {
  const { say } = useWords();
  return (
    <div className="code" title={say('checkCodeHint')}>
      <span className="code-label">{say('checkCode')}</span>
      <span className="code-glyphs" aria-label={code === null ? '' : code.split('').join(' ')}>{code ?? '····'}</span>
    </div>
  );
};

interface ToolsProps {
  /** null: there is no picture to zoom. */
  readonly zoom: Zoom | null;
  readonly onZoom: (zoom: Zoom) => void;
  readonly fullScreen: { readonly on: boolean; readonly toggle: () => void } | null;
  readonly onSwitchLanguage: () => void;
}

export const Tools = ({ zoom, onZoom, fullScreen, onSwitchLanguage }: ToolsProps): ReactNode => {
  const { say } = useWords();
  return (
    <div className="tools">
      {zoom !== null && <div className="segments" role="group">
        <button type="button" aria-pressed={zoom === 'fit'} aria-keyshortcuts="0" aria-label={say('fitLong')} title={`${say('fitLong')} (0)`} onClick={() => onZoom('fit')}>{say('fit')}</button>
        <button type="button" aria-pressed={zoom === 'actual'} aria-keyshortcuts="1" aria-label={say('actualSize')} title={`${say('actualSize')} (1)`} onClick={() => onZoom('actual')}>1:1</button>
      </div>}
      <LanguageButton onSwitch={onSwitchLanguage} />
      {fullScreen !== null && (
        <button type="button" className="tool" aria-keyshortcuts="f" aria-label={say(fullScreen.on ? 'leaveFullScreen' : 'fullScreen')} title={`${say(fullScreen.on ? 'leaveFullScreen' : 'fullScreen')} (f)`} onClick={fullScreen.toggle}>
          <ToolIcon name={fullScreen.on ? 'leave' : 'enter'} />
        </button>
      )}
    </div>
  );
};

export const LanguageButton = ({ onSwitch }: { readonly onSwitch: () => void }): ReactNode => {
  const { say, language } = useWords();
  return <button type="button" className="tool tool-text" lang={language === 'zh' ? 'en' : 'zh-CN'} aria-label={say('switchLanguageLabel')} onClick={onSwitch}>{say('switchLanguage')}</button>;
};
