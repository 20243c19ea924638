// SPDX-License-Identifier: GPL-2.0-or-later
#include "taps/png.h"

#include <png.h>

#include "base/error.h"

namespace scanlink {
namespace {

// libpng's way out of an error is a jump or an exception; ours passes through no frame that needs unwinding but libpng's own.
void onError(png_structp, png_const_charp message) { throw NativeError("NAT_STILL_WRITE", std::string("png: ") + message); }
void onWarning(png_structp, png_const_charp) {}

struct Writer {
  png_structp png = nullptr;
  png_infop info = nullptr;
  ~Writer() { png_destroy_write_struct(&png, &info); }
};

void writeBytes(png_structp png, png_bytep data, png_size_t length) {
  auto* file = static_cast<std::FILE*>(png_get_io_ptr(png));
  if (std::fwrite(data, 1, length, file) != length) png_error(png, "write failed");
}
void flushBytes(png_structp) {}

}  // namespace

void writePng(std::FILE* file, uint32_t widthPx, uint32_t heightPx, const std::vector<PngText>& texts,
              const std::function<void(uint32_t row, uint8_t* rgb)>& fillRow) {
  Writer writer;
  writer.png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, onError, onWarning);
  if (writer.png == nullptr) throw NativeError("NAT_STILL_WRITE", "png: out of memory");
  writer.info = png_create_info_struct(writer.png);
  if (writer.info == nullptr) throw NativeError("NAT_STILL_WRITE", "png: out of memory");
  png_set_write_fn(writer.png, file, writeBytes, flushBytes);
  png_set_compression_level(writer.png, 3);  // speckle hardly packs better at 6, and takes three times as long
  png_set_IHDR(writer.png, writer.info, widthPx, heightPx, 8, PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
               PNG_FILTER_TYPE_DEFAULT);
  std::vector<PngText> kept = texts;  // libpng's structure wants mutable letters
  std::vector<png_text> chunks(kept.size());
  for (size_t i = 0; i < kept.size(); ++i) {
    chunks[i].compression = PNG_TEXT_COMPRESSION_NONE;
    chunks[i].key = kept[i].key.data();
    chunks[i].text = kept[i].value.data();
    chunks[i].text_length = kept[i].value.size();
  }
  png_set_text(writer.png, writer.info, chunks.data(), static_cast<int>(chunks.size()));
  png_write_info(writer.png, writer.info);
  std::vector<uint8_t> rgb(size_t{widthPx} * 3);
  for (uint32_t row = 0; row < heightPx; ++row) {
    fillRow(row, rgb.data());
    png_write_row(writer.png, rgb.data());
  }
  png_write_end(writer.png, writer.info);
}

}  // namespace scanlink
