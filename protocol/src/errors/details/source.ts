/** Details of what the simulated console plays. `{}`: any text. */
export const sourceDetails: Readonly<Record<string, string>> = {
  truncated: '内容不完整', 'truncated or damaged': '内容不完整或已损坏', 'truncated or damaged picture': '图像不完整或已损坏', 'broken compressed frame': '压缩帧已损坏', 'compressed frame does not fit its header': '压缩帧与文件头不符',
  'compressed pixel data without fragments': '压缩像素数据没有片段', 'compressed frame is too large': '压缩帧过大', 'frames cannot be told apart (no offset table)': '无法区分各帧（没有偏移表）', 'broken offset table': '偏移表已损坏',
  'transfer syntax {}': '传输语法 {}', 'photometric interpretation {}': '光度解释 {}', 'samples per pixel do not fit the photometric interpretation': '每像素样本数与光度解释不符',
  'too many frames': '帧数过多', 'no rows or columns': '没有行数或列数', 'picture is too large': '图像过大', 'bits allocated {}': '分配位数 {}', 'bits stored do not fit bits allocated': '存储位数与分配位数不符',
  'uncompressed pixel data of undefined length': '未压缩像素数据的长度未定义',
  'palette segments do not fill the palette': '调色板分段未填满调色板', 'palette segments are cut off': '调色板分段不完整', 'palette segments overflow the palette': '调色板分段超出调色板', 'palette begins with a slope': '调色板以渐变段开头', 'palette segment of an unknown kind': '未知的调色板分段类型', 'palette is missing': '缺少调色板', 'palette is shorter than it says': '调色板短于所声明的长度',
  'it needs too much memory': '所需内存过多', 'video codec': '视频编码格式', 'codec parameters': '编码参数', 'decoder refused the file': '解码器拒绝了该文件', 'pixel format': '像素格式', picture: '图像',
  'not a regular file': '不是普通文件', 'file is too large': '文件过大', 'the decoder gave up on it': '解码器无法处理该文件', 'no memory for pictures': '没有存放图像的内存', 'decoder cannot be started': '无法启动解码进程', 'the decoder is missing': '缺少解码程序',
  'folder holds more than 1000 files': '文件夹中的文件超过 1000 个', 'file {} of the folder: {}': '文件夹中的第 {} 个文件：{}', 'not a DICOM, PNG, JPEG or video file': '不是 DICOM、PNG、JPEG 或视频文件',
};
