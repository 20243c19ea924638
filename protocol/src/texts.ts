import type { SignalState } from './states.ts';

/** One text in the two languages of the product. */
export interface Text { readonly zh: string; readonly en: string }
export type Language = keyof Text;

/** Words for each signal state, used by the placeholder in the stream, the page, the touchscreen and the CLI. */
export const signalTexts: Readonly<Record<SignalState, Text>> = {
  'no-device': { zh: '未找到采集卡', en: 'No capture device' },
  'no-cable': { zh: '未连接视频线', en: 'No cable' },
  'no-lock': { zh: '信号不稳定，无法锁定', en: 'Signal not locked' },
  'out-of-range': { zh: '信号超出范围', en: 'Signal out of range' },
  unsupported: { zh: '不支持的视频格式', en: 'Unsupported signal format' },
  protected: { zh: '信号受版权保护 (HDCP)', en: 'Signal is protected (HDCP)' },
  locked: { zh: '信号正常', en: 'Signal locked' },
};

export const stalledText: Text = { zh: '采集停滞，没有新图像', en: 'Capture stalled, no frames' };
/** Crop or masks were drawn for another picture format: nothing of the present one is sent (docs/decisions/0004, 0007). */
export const cropMisfitText: Text = { zh: '裁剪或遮盖区域不适用于当前视频格式', en: 'Crop and masks were drawn for another format' };
/** Not 模拟信号, which is an analogue signal: the picture is no patient's. */
export const simulatedText: Text = { zh: '仿真画面（非患者）', en: 'SIMULATED' };
