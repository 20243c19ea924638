/** Details of what is wrong in files: of boards, EDID presets and console profiles. `{}`: any text. */
export const boardDetails: Readonly<Record<string, string>> = {
  'takes {}': '须为 {}',
  'takes one of: {}': '须为以下之一：{}',
  'is missing; takes one of: {}': '缺少该项，须为以下之一：{}',
  'must be null': '应为 `null`',
  'needs at least {} of: {}': '至少须有 {} 项：{}',
  'is not the name of the folder, {}': '与目录名 {} 不同',
  'two of them are named "{}"': '有两项都叫“{}”',
  'two of them are on the same line': '有两项使用同一线路',
  'there is no such file: {}': '没有这个文件：{}',
  'there is no EDID preset of this name; there are: {}': '没有这个 EDID 预设，可用的有：{}',
  'only a bridge whose EDID can be written takes presets': '只有可写入 EDID 的桥接芯片才能使用预设',
  'is longer than the device takes: {} blocks': '超出采集卡可写入的长度：{} 块',
  '{} needs {} kHz, and the device takes {}': '{} 需要 {} kHz，而采集卡最高支持 {}',
  'there is no lib/modules/VERSION/modules.builtin': '没有 lib/modules/VERSION/modules.builtin',
  'there are {} kernels': '有 {} 个内核',
};
