import type { SignalState } from './signal.ts';

/** One text in the two languages of the product. */
export interface Text { readonly zh: string; readonly en: string }
export type Language = keyof Text;

/** Words for each signal state, used by the placeholder in the stream, the page, the touchscreen and the CLI. */
export const signalTexts: Readonly<Record<SignalState, Text>> = {
  'no-device': { zh: '未找到采集设备', en: 'No capture device' },
  'no-cable': { zh: '未连接视频线', en: 'No cable' },
  'no-lock': { zh: '信号不稳定，无法锁定', en: 'Signal not locked' },
  'out-of-range': { zh: '信号超出范围', en: 'Signal out of range' },
  unsupported: { zh: '不支持的信号格式', en: 'Unsupported signal format' },
  protected: { zh: '信号受版权保护 (HDCP)', en: 'Signal is protected (HDCP)' },
  locked: { zh: '信号正常', en: 'Signal locked' },
};

export const stalledText: Text = { zh: '采集停滞，没有新图像', en: 'Capture stalled, no frames' };
/** A live output whose configured crop does not lie inside the present picture: nothing of it is sent. */
export const cropMisfitText: Text = { zh: '裁剪区域与当前画面格式不符', en: 'Crop does not fit this format' };
export const simulatedText: Text = { zh: '模拟信号', en: 'SIMULATED' };
