// SPDX-License-Identifier: GPL-2.0-or-later
#include "dicom-writer.h"

#include <gdcmImage.h>
#include <gdcmImageChangeTransferSyntax.h>
#include <gdcmSequenceOfFragments.h>
#include <gdcmSmartPointer.h>
#include <gdcmTransferSyntax.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <stdexcept>

namespace scanlink::sim::test {
namespace {

using Bytes = std::vector<uint8_t>;

class Writer {
 public:
  Writer(bool explicitVr, bool big) : explicit_(explicitVr), big_(big) {}
  void element(uint32_t tag, const std::string& vr, Bytes value) {
    if (value.size() % 2 != 0) value.push_back(vr == "UI" || vr[0] == 'O' ? 0 : ' ');
    header(tag, vr, static_cast<uint32_t>(value.size()));
    out.insert(out.end(), value.begin(), value.end());
  }
  void text(uint32_t tag, const std::string& vr, const std::string& value) { element(tag, vr, Bytes(value.begin(), value.end())); }
  void u16(uint32_t tag, const std::vector<uint32_t>& values) {
    Bytes bytes;
    for (const uint32_t value : values) put16(bytes, value);
    element(tag, "US", bytes);
  }
  void header(uint32_t tag, const std::string& vr, uint32_t length) {
    put16(out, tag >> 16);
    put16(out, tag & 0xffff);
    const bool longVr = vr == "OB" || vr == "OW" || vr == "SQ";
    if (explicit_ && tag >> 16 != 0xfffe) {
      out.insert(out.end(), vr.begin(), vr.end());
      if (!longVr) { put16(out, length); return; }
      put16(out, 0);
    }
    put32(out, length);
  }
  void put16(Bytes& to, uint32_t value) const {
    to.push_back(static_cast<uint8_t>(big_ ? value >> 8 : value));
    to.push_back(static_cast<uint8_t>(big_ ? value : value >> 8));
  }
  void put32(Bytes& to, uint32_t value) const {
    put16(to, big_ ? value >> 16 : value & 0xffff);
    put16(to, big_ ? value & 0xffff : value >> 16);
  }
  Bytes out;

 private:
  bool explicit_, big_;
};

std::vector<Bytes> encode(const DicomSpec& spec, const Bytes& pixels) {
  // GDCM counts references: an object that it keeps must not lie on the stack.
  const gdcm::SmartPointer<gdcm::Image> counted = new gdcm::Image;
  gdcm::Image& image = *counted;
  image.SetNumberOfDimensions(spec.frames > 1 ? 3 : 2);
  image.SetDimension(0, spec.widthPx);
  image.SetDimension(1, spec.heightPx);
  if (spec.frames > 1) image.SetDimension(2, spec.frames);
  const auto stored = static_cast<unsigned short>(spec.stored ? spec.stored : spec.bits);
  image.SetPixelFormat(gdcm::PixelFormat(static_cast<unsigned short>(spec.samples), static_cast<unsigned short>(spec.bits), stored, static_cast<unsigned short>(stored - 1), spec.isSigned ? 1 : 0));
  image.SetPhotometricInterpretation(gdcm::PhotometricInterpretation(gdcm::PhotometricInterpretation::GetPIType(spec.photometric.c_str())));
  image.SetPlanarConfiguration(0);
  image.SetTransferSyntax(gdcm::TransferSyntax::ExplicitVRLittleEndian);
  gdcm::DataElement element(gdcm::Tag(0x7fe0, 0x0010), 0, gdcm::VR::OW);
  element.SetByteValue(reinterpret_cast<const char*>(pixels.data()), gdcm::VL(static_cast<uint32_t>(pixels.size())));
  image.SetDataElement(element);
  gdcm::ImageChangeTransferSyntax change;
  change.SetTransferSyntax(gdcm::TransferSyntax(gdcm::TransferSyntax::GetTSType(spec.syntax.c_str())));
  change.SetInput(image);
  if (!change.Change()) throw std::runtime_error("GDCM cannot encode " + spec.syntax);
  const auto* fragments = change.GetOutput().GetDataElement().GetSequenceOfFragments();
  if (fragments == nullptr) throw std::runtime_error("no fragments");
  std::vector<Bytes> all;
  for (size_t i = 0; i < fragments->GetNumberOfFragments(); ++i) {
    const auto* value = fragments->GetFragment(i).GetByteValue();
    all.emplace_back(value->GetPointer(), value->GetPointer() + value->GetLength());
  }
  return all;
}

Bytes words(const std::string& decimal, const Writer& writer) {
  Bytes bytes;
  std::stringstream in(decimal);
  for (std::string word; std::getline(in, word, '\\');) writer.put16(bytes, static_cast<uint32_t>(std::stoi(word)));
  return bytes;
}

Bytes metaOf(const std::string& syntax) {
  Writer meta(true, false);
  meta.text(0x00020010, "UI", syntax);
  Bytes file(128, 0);
  for (const char c : {'D', 'I', 'C', 'M'}) file.push_back(static_cast<uint8_t>(c));
  file.insert(file.end(), meta.out.begin(), meta.out.end());
  return file;
}

}  // namespace

Bytes writeDicom(const DicomSpec& spec, const Bytes& pixels) {
  const bool big = spec.syntax == kBigEndian, native = big || spec.syntax == kImplicit || spec.syntax == kExplicit;
  Writer writer(spec.syntax != kImplicit, big);
  const uint32_t stored = spec.stored ? spec.stored : spec.bits;
  std::map<uint32_t, std::pair<std::string, Bytes>> elements;   // in the order of tags, as DICOM wants
  const auto add = [&](uint32_t tag, const std::string& vr, const std::string& value) { elements[tag] = {vr, vr == "US" || vr == "AT" ? words(value, writer) : Bytes(value.begin(), value.end())}; };
  add(0x00080060, "CS", "US");
  add(0x00100010, "PN", "PHANTOM^TEST");
  add(0x00280002, "US", std::to_string(spec.samples));
  add(0x00280004, "CS", spec.photometric);
  if (spec.samples > 1) add(0x00280006, "US", std::to_string(spec.planar));
  if (spec.frames != 1) add(0x00280008, "IS", std::to_string(spec.frames));
  add(0x00280010, "US", std::to_string(spec.heightPx));
  add(0x00280011, "US", std::to_string(spec.widthPx));
  add(0x00280100, "US", std::to_string(spec.bits));
  add(0x00280101, "US", std::to_string(stored));
  add(0x00280102, "US", std::to_string(stored - 1));
  add(0x00280103, "US", spec.isSigned ? "1" : "0");
  for (uint32_t i = 0; i < spec.palette.size(); ++i) {
    add(0x00281101 + i, "US", std::to_string(spec.segmented ? 256 : spec.palette[i].size()) + "\\0\\16");
    Bytes data;
    for (const uint16_t value : spec.palette[i]) writer.put16(data, value);
    elements[(spec.segmented ? 0x00281221 : 0x00281201) + i] = {"OW", data};
  }
  for (const auto& extra : spec.extra) add(extra.tag, extra.vr, extra.value);
  for (const auto& [tag, value] : elements) writer.element(tag, value.first, value.second);
  if (native) {
    Bytes data = pixels;
    if (data.size() % 2 != 0) data.push_back(0);
    if (big)   // OW: words are swapped, also around 8-bit samples
      for (size_t i = 0; i + 1 < data.size(); i += 2) std::swap(data[i], data[i + 1]);
    writer.element(0x7fe00010, "OW", data);
  } else {
    writer.header(0x7fe00010, "OB", 0xffffffffU);
    writer.header(0xfffee000, "", 0);
    for (Bytes fragment : encode(spec, pixels)) {
      if (fragment.size() % 2 != 0) fragment.push_back(0);
      writer.header(0xfffee000, "", static_cast<uint32_t>(fragment.size()));
      writer.out.insert(writer.out.end(), fragment.begin(), fragment.end());
    }
    writer.header(0xfffee0dd, "", 0);
  }
  Bytes file = metaOf(spec.syntax);
  file.insert(file.end(), writer.out.begin(), writer.out.end());
  return file;
}

TempFile::TempFile(const std::string& name, const Bytes& bytes) : name_(name) {
  std::string pattern = std::filesystem::temp_directory_path().string() + "/sim-test-XXXXXX";
  if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp");
  folder_ = pattern;
  add(name, bytes);
}

TempFile::~TempFile() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

void TempFile::add(const std::string& name, const Bytes& bytes) const {
  std::ofstream out(folder_ + "/" + name, std::ios::binary);
  out.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

}  // namespace scanlink::sim::test
