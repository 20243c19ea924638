// What V4L2 names and the core does not take, each with its reason: so that none is missed in silence (test/formats.test.cc goes
// over the header's whole list).
// SPDX-License-Identifier: GPL-2.0-or-later
#include <algorithm>

#include "format/descriptor.h"

namespace scanlink::format {
namespace {

constexpr uint32_t bigEndian(uint32_t id) { return id | 1u << 31; }
constexpr uint32_t code(const char (&letters)[5]) { return fourcc(letters[0], letters[1], letters[2], letters[3]); }

constexpr const char* kSensor = "raw image sensor: needs demosaicing; no grabber of a video signal delivers it";
constexpr const char* kSensorGrey = "bit-packed grey of an image sensor; no grabber of a video signal delivers it";
constexpr const char* kTiled = "tiled or compressed memory of one maker's decoder: an output of decoders, not of capture";
constexpr const char* kHue = "hue and saturation: only the kernel's test driver and memory-to-memory converters make it";
constexpr const char* kPalette = "palette: the colours themselves are not part of the frame";
constexpr const char* kChromaOnly = "chroma without luma: half a picture";
constexpr const char* kStereo = "two cameras' grey side by side: stereo sensors only";
constexpr const char* kDepth = "depth or its confidence: no picture";
constexpr const char* kCodec = "compressed video: a stream to be decoded, not a raw format";
constexpr const char* kVendor = "compression or packing of one maker's webcam or bridge: libv4l's matter";

constexpr Refusal kRefusals[] = {
    {code("Y10B"), "Y10BPACK", kSensorGrey}, {code("Y10P"), "Y10P", kSensorGrey}, {code("ip3y"), "IPU3_Y10", kSensorGrey},
    {code("Y12P"), "Y12P", kSensorGrey}, {code("Y14P"), "Y14P", kSensorGrey},
    {code("PAL8"), "PAL8", kPalette}, {code("HI24"), "HI240", kPalette},
    {code("UV8 "), "UV8", kChromaOnly},
    {code("VT12"), "NV12_4L4", kTiled}, {code("HM12"), "NV12_16L16", kTiled}, {code("ST12"), "NV12_32L32", kTiled},
    {code("VT15"), "NV15_4L4", kTiled}, {code("T010"), "P010_4L4", kTiled}, {code("AT12"), "NV12_8L128", kTiled},
    {bigEndian(code("AX12")), "NV12_10BE_8L128", kTiled}, {code("TM12"), "NV12MT", kTiled}, {code("VM12"), "NV12MT_16X16", kTiled},
    {code("NA12"), "NV12M_8L128", kTiled}, {bigEndian(code("NT12")), "NV12M_10BE_8L128", kTiled}, {code("MT21"), "MT21C", kTiled},
    {code("MM21"), "MM21", kTiled}, {code("MT2T"), "MT2110T", kTiled}, {code("MT2R"), "MT2110R", kTiled}, {code("Q08C"), "QC08C", kTiled},
    {code("Q10C"), "QC10C", kTiled},
    {code("BA81"), "SBGGR8", kSensor}, {code("GBRG"), "SGBRG8", kSensor}, {code("GRBG"), "SGRBG8", kSensor}, {code("RGGB"), "SRGGB8", kSensor},
    {code("BG10"), "SBGGR10", kSensor}, {code("GB10"), "SGBRG10", kSensor}, {code("BA10"), "SGRBG10", kSensor}, {code("RG10"), "SRGGB10", kSensor},
    {code("pBAA"), "SBGGR10P", kSensor}, {code("pGAA"), "SGBRG10P", kSensor}, {code("pgAA"), "SGRBG10P", kSensor},
    {code("pRAA"), "SRGGB10P", kSensor}, {code("aBA8"), "SBGGR10ALAW8", kSensor}, {code("aGA8"), "SGBRG10ALAW8", kSensor},
    {code("agA8"), "SGRBG10ALAW8", kSensor}, {code("aRA8"), "SRGGB10ALAW8", kSensor}, {code("bBA8"), "SBGGR10DPCM8", kSensor},
    {code("bGA8"), "SGBRG10DPCM8", kSensor}, {code("BD10"), "SGRBG10DPCM8", kSensor}, {code("bRA8"), "SRGGB10DPCM8", kSensor},
    {code("BG12"), "SBGGR12", kSensor}, {code("GB12"), "SGBRG12", kSensor}, {code("BA12"), "SGRBG12", kSensor}, {code("RG12"), "SRGGB12", kSensor},
    {code("pBCC"), "SBGGR12P", kSensor}, {code("pGCC"), "SGBRG12P", kSensor}, {code("pgCC"), "SGRBG12P", kSensor},
    {code("pRCC"), "SRGGB12P", kSensor}, {code("BG14"), "SBGGR14", kSensor}, {code("GB14"), "SGBRG14", kSensor}, {code("GR14"), "SGRBG14", kSensor},
    {code("RG14"), "SRGGB14", kSensor}, {code("pBEE"), "SBGGR14P", kSensor}, {code("pGEE"), "SGBRG14P", kSensor}, {code("pgEE"), "SGRBG14P", kSensor},
    {code("pREE"), "SRGGB14P", kSensor}, {code("BYR2"), "SBGGR16", kSensor}, {code("GB16"), "SGBRG16", kSensor}, {code("GR16"), "SGRBG16", kSensor},
    {code("RG16"), "SRGGB16", kSensor}, {code("ip3b"), "IPU3_SBGGR10", kSensor}, {code("ip3g"), "IPU3_SGBRG10", kSensor},
    {code("ip3G"), "IPU3_SGRBG10", kSensor}, {code("ip3r"), "IPU3_SRGGB10", kSensor}, {code("PC1R"), "PISP_COMP1_RGGB", kSensor},
    {code("PC1G"), "PISP_COMP1_GRBG", kSensor}, {code("PC1g"), "PISP_COMP1_GBRG", kSensor}, {code("PC1B"), "PISP_COMP1_BGGR", kSensor},
    {code("PC1M"), "PISP_COMP1_MONO", kSensor}, {code("PC2R"), "PISP_COMP2_RGGB", kSensor}, {code("PC2G"), "PISP_COMP2_GRBG", kSensor},
    {code("PC2g"), "PISP_COMP2_GBRG", kSensor}, {code("PC2B"), "PISP_COMP2_BGGR", kSensor}, {code("PC2M"), "PISP_COMP2_MONO", kSensor},
    {code("HSV3"), "HSV24", kHue}, {code("HSV4"), "HSV32", kHue},
    {code("dvsd"), "DV", kCodec}, {code("MPEG"), "MPEG", kCodec}, {code("H264"), "H264", kCodec}, {code("AVC1"), "H264_NO_SC", kCodec},
    {code("M264"), "H264_MVC", kCodec}, {code("H263"), "H263", kCodec}, {code("MPG1"), "MPEG1", kCodec}, {code("MPG2"), "MPEG2", kCodec},
    {code("MG2S"), "MPEG2_SLICE", kCodec}, {code("MPG4"), "MPEG4", kCodec}, {code("XVID"), "XVID", kCodec}, {code("VC1G"), "VC1_ANNEX_G", kCodec},
    {code("VC1L"), "VC1_ANNEX_L", kCodec}, {code("VP80"), "VP8", kCodec}, {code("VP8F"), "VP8_FRAME", kCodec}, {code("VP90"), "VP9", kCodec},
    {code("VP9F"), "VP9_FRAME", kCodec}, {code("HEVC"), "HEVC", kCodec}, {code("FWHT"), "FWHT", kCodec}, {code("SFWH"), "FWHT_STATELESS", kCodec},
    {code("S264"), "H264_SLICE", kCodec}, {code("S265"), "HEVC_SLICE", kCodec}, {code("AV1F"), "AV1_FRAME", kCodec}, {code("SPK0"), "SPK", kCodec},
    {code("RV30"), "RV30", kCodec}, {code("RV40"), "RV40", kCodec},
    {code("CPIA"), "CPIA1", kVendor}, {code("WNVA"), "WNVA", kVendor}, {code("S910"), "SN9C10X", kVendor}, {code("S920"), "SN9C20X_I420", kVendor},
    {code("PWC1"), "PWC1", kVendor}, {code("PWC2"), "PWC2", kVendor}, {code("E625"), "ET61X251", kVendor}, {code("S501"), "SPCA501", kVendor},
    {code("S505"), "SPCA505", kVendor}, {code("S508"), "SPCA508", kVendor}, {code("S561"), "SPCA561", kVendor}, {code("P207"), "PAC207", kVendor},
    {code("M310"), "MR97310A", kVendor}, {code("JL20"), "JL2005BCD", kVendor}, {code("SONX"), "SN9C2028", kVendor}, {code("905C"), "SQ905C", kVendor},
    {code("PJPG"), "PJPG", kVendor}, {code("O511"), "OV511", kVendor}, {code("O518"), "OV518", kVendor}, {code("S680"), "STV0680", kVendor},
    {code("TM60"), "TM6000", kVendor}, {code("CITV"), "CIT_YYVYUY", kVendor}, {code("KONI"), "KONICA420", kVendor}, {code("JPGL"), "JPGL", kVendor},
    {code("S401"), "SE401", kVendor}, {code("S5CI"), "S5C_UYVY_JPG", kVendor}, {code("AJPG"), "AJPG", kVendor}, {code("HXTL"), "HEXTILE", kVendor},
    {code("Y8I "), "Y8I", kStereo}, {code("Y12I"), "Y12I", kStereo},
    {code("Z16 "), "Z16", kDepth}, {code("INZI"), "INZI", kDepth}, {code("CNF4"), "CNF4", kDepth},
};

}  // namespace

std::span<const Refusal> refusals() { return kRefusals; }

const char* findRefusal(uint32_t id) {
  const auto* found = std::ranges::find(kRefusals, id, &Refusal::fourcc);
  return found == std::end(kRefusals) ? nullptr : found->reason;
}

}  // namespace scanlink::format
