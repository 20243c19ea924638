import type { ReactNode } from 'react';
import { ToolIcon } from './icons.tsx';
import { useWords } from './words-context.tsx';
import type { ViewedSession } from '../hub/session-info.ts';
import type { TextKey } from '../i18n/texts.ts';
import type { MagnifierControl } from './magnify/use-magnifier.ts';

/** Room, box and input: what is looked at. The room is the last to be shortened. */
export const Identity = ({ session }: { readonly session: ViewedSession | null }): ReactNode => (
  <div className="identity" title={session === null ? undefined : [session.room, session.box, session.input].join(' · ')}>
    <h1>{session?.room ?? 'ScanLink'}</h1>
    {session !== null && <span className="identity-rest"><span>{session.box}</span><span>{session.input}</span></span>}
  </div>
);

/** The 4-character code that the box shows too, large enough to be read out over the telephone. */
export const CheckCode = ({ code }: { readonly code: string | null }): ReactNode => {
  const { say } = useWords();
  return (
    <div className="code" title={say('checkCodeHint')}>
      <span className="code-label">{say('checkCode')}</span>
      {/* Read out by its characters, not as a word. */}
      <span className="code-glyphs" aria-hidden="true">{code ?? '····'}</span>
      {code !== null && <span className="spoken">{code.split('').join(' ')}</span>}
    </div>
  );
};

interface ToolsProps {
  /** null: there is no picture to magnify. */
  readonly magnifier: MagnifierControl | null;
  readonly fullScreen: { readonly on: boolean; readonly toggle: () => void } | null;
  readonly onSwitchLanguage: () => void;
}

export const Tools = ({ magnifier, fullScreen, onSwitchLanguage }: ToolsProps): ReactNode => {
  const { say } = useWords();
  return (
    <nav className="tools" aria-label={say('tools')}>
      {magnifier !== null && <ZoomTools magnifier={magnifier} />}
      <LanguageButton onSwitch={onSwitchLanguage} />
      {fullScreen !== null && (
        <button type="button" className="tool" aria-keyshortcuts="f" aria-label={say(fullScreen.on ? 'leaveFullScreen' : 'fullScreen')} title={`${say(fullScreen.on ? 'leaveFullScreen' : 'fullScreen')} (F)`} onClick={fullScreen.toggle}>
          <ToolIcon name={fullScreen.on ? 'leave' : 'enter'} />
        </button>
      )}
    </nav>
  );
};

const ZoomTools = ({ magnifier }: { readonly magnifier: MagnifierControl }): ReactNode => {
  const { say } = useWords();
  const { state, press } = magnifier;
  const named = (name: TextKey, key: string): { title: string; 'aria-keyshortcuts': string; onClick: () => void } => ({ title: `${say(name)} (${key})`, 'aria-keyshortcuts': key, onClick: () => void press(key) });
  return (
    <div className="segments" role="group" aria-label={say('magnify')}>
      <button type="button" className="zoom-step" aria-label={say('zoomOut')} {...named('zoomOut', '-')}><ToolIcon name="minus" /></button>
      <button type="button" aria-pressed={state.mode === 'fit'} {...named('fitLong', '0')}>{say('fit')}</button>
      <button type="button" aria-pressed={state.mode === 'actual'} {...named('actualSize', '1')}>1:1</button>
      <button type="button" className="zoom-step" aria-label={say('zoomIn')} {...named('zoomIn', '+')}><ToolIcon name="plus" /></button>
    </div>
  );
};

export const LanguageButton = ({ onSwitch }: { readonly onSwitch: () => void }): ReactNode => {
  const { say, language } = useWords();
  return <button type="button" className="tool tool-text" lang={language === 'zh' ? 'en' : 'zh-CN'} onClick={onSwitch}>{say('switchLanguage')}</button>;
};
