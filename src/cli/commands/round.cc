// lowprec round: numbers rounded by a quantizer.
#include <fmt/format.h>

#include <memory>

#include "cli/commands/commands.h"
#include "cli/commands/round_numbers.h"
#include "cli/terminal/diagnostics.h"
#include "cli/terminal/lines_along.h"
#include "cli/terminal/output.h"
#include "io/cell.h"
#include "io/table_reader.h"
#include "io/tensor.h"
#include "lowprec/array/quantize.h"
#include "lowprec/exact/wide_text.h"
#include "lowprec/format/names.h"
#include "lowprec/format/number_text.h"
#include "lowprec/io/npy.h"
#include "lowprec/lane/lane_constants.h"

namespace lowprec::cli {
namespace {

// With a place for the texts of roundings.
constexpr const char* footer = R"(QUANTIZER is FORMAT[:option,...][@ROUNDING]
  FORMAT    see: lowprec formats
  options   step=S (the grid times S), absmax or absmax=group(N) (step from all numbers, or N at a time), symmetric,
            overflow=infinity|nan|saturate|propagate|wrap|error
  ROUNDING  {}; N random bits
or a noise: none, additive(EPS), multiplicative(EPS), multiplicative_iid(EPS), each with option noise=gaussian|rademacher.

Numbers are decimal or hexadecimal, inf or nan, one a line or several between commas, semicolons, tabs or blanks; lines
that begin with # are skipped, names of columns stay. Results come line by line as numbers do, except with absmax.
Number i of the input (from 0) takes random draw i of the seed's stream. A number is rounded once, from its text; only
with a step that is no power of two it is read as binary64 first. With -o NAME.npy the result is an array of the shape
and the floating-point type of the input, or of unsigned integers with --codes.

Examples:
  printf '0.1\n465\n-0x1.8p-9\n' | lowprec round e4m3:overflow=saturate
  printf '0.1\n2.5\ninf\n' | lowprec round int8:step=2^-5,symmetric@sr --seed 7 --codes
  printf 'a,b\n1,200\n3,-4\n' | lowprec round int8:absmax=row)";

struct Options {
  std::string quantizer;
  std::vector<std::string> files;
  std::uint64_t seed = 0;
  bool hexadecimal = false, codes = false;
  std::string nan_code, output, header = "auto", as;
  int axis = -1;
};

constexpr std::size_t kBatch = 4096;  // numbers that are rounded together

constexpr std::string_view kArraySuffix = ".npy";

// Where results go: to standard output as they come, or to a file when all are there.
class Sink {
 public:
  explicit Sink(const std::string& file) : output_(file), is_file_(!file.empty()) {}

  // False if nobody reads on.
  bool write(std::string_view text) {
    if (!is_file_) return write_to_stdout(text);
    kept_ += text;
    return true;
  }
  void finish() {
    if (is_file_) output_.write(kept_);
  }

 private:
  Output output_;
  bool is_file_;
  std::string kept_;
};

std::string name_text(const std::string& name, char delimiter) {
  const bool is_plain =
      name.find_first_of("\"# \t\v\f") == std::string::npos && name.find(delimiter) == std::string::npos;
  if (is_plain && !name.empty()) return name;
  std::string quoted = "\"";
  for (const char c : name) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

// The rounded rows of a text, in its layout.
template <class T>
std::string rows_text(const NumberWriter& writer, const std::vector<T>& results, const auto& batch, char delimiter,
                      const std::string& file) {
  std::string text;
  std::size_t i = 0;
  for (std::size_t row = 0; row < batch.ends.size(); ++row) {
    try {
      for (const std::size_t begin = i; i < batch.ends[row]; ++i) {
        if (i > begin) text += delimiter;
        writer.append(text, results[i]);
      }
    } catch (const Error& error) {
      throw Error(fmt::format("{}:{}: {}", file, batch.lines[row], error.what()));
    }
    text += '\n';
  }
  return text;
}

double cell_value(const std::string& cell, const io::CellPlace& place, bool to_odd, double*) {
  return io::parsed_cell(cell, place, to_odd ? exact::parse_number_to_odd : format::parse_number);
}
std::string cell_value(const std::string& cell, const io::CellPlace&, bool, std::string*) { return cell; }

// A batch of the rows that come next; false at the end.
template <class T>
bool read_batch(io::TableReader& table, const std::string& file, bool to_odd, bool all, RowBatch<T>& batch) {
  batch.clear();
  io::Record row;
  while ((all || batch.values.size() < kBatch) && (batch.ends.empty() || all || table.has_row()) && table.next(row)) {
    for (std::size_t j = 0; j < row.cells.size(); ++j)
      batch.values.push_back(
          cell_value(row.cells[j], {file, row.line, j, row.cells.size()}, to_odd, static_cast<T*>(nullptr)));
    batch.ends.push_back(batch.values.size());
    batch.lines.push_back(row.line);
  }
  return !batch.ends.empty();
}

class Command {
 public:
  Command(const Options& options, const Quantizer& q)
      : options_(options),
        rounder_(q, options.seed),
        writer_(options.codes ? code_format(q) : rounder_.format(), options.hexadecimal, options.codes,
                nan_code(options.nan_code)),
        header_(io::parse_header(options.header)) {
    if (!options.as.empty()) as_ = parse_format(options.as);
  }

  void run() {
    std::vector<std::string> files = options_.files;
    if (files.empty()) files.emplace_back("-");
    if (options_.output.ends_with(kArraySuffix)) return write_array(files);
    Sink sink(options_.output);
    for (const auto& file : files)
      if (!round_file(file, sink)) return;
    sink.finish();
  }

 private:
  io::TextInput opened(const std::string& file) const {
    try {
      return io::TextInput::open(file);
    } catch (const Error& error) {
      if (!is_number(file)) throw;
      throw Error(
          fmt::format("{}; FILE is the name of a file, and numbers are read from standard input: echo {} | "
                      "lowprec round {}",
                      error.what(), file, options_.quantizer));
    }
  }
  static bool is_number(const std::string& text) {
    try {
      format::parse_number(text);
      return true;
    } catch (const Error&) {
      return false;
    }
  }

  // False if nobody reads on.
  bool round_file(const std::string& name, Sink& sink) {
    io::TextInput input = opened(name);
    if (io::kind_of(input) != io::FileKind::text || as_)
      return round_tensor(io::read_tensor(input, {header_, as_}), input.file(), sink);
    io::TableReader table(input, header_);
    say_notes(table.notes());
    if (!table.names().empty() && !sink.write(names_line(table))) return false;
    return rounder_.reads_text() ? round_rows<std::string>(table, input.file(), sink)
                                 : round_rows<double>(table, input.file(), sink);
  }

  static std::string names_line(const io::TableReader& table) {
    std::string line;
    for (const auto& name : table.names())
      line += (line.empty() ? "" : std::string(1, table.delimiter())) + name_text(name, table.delimiter());
    return line + "\n";
  }

  template <class T>
  bool round_rows(io::TableReader& table, const std::string& file, Sink& sink) {
    RowBatch<T> batch;
    while (read_batch(table, file, rounder_.reads_to_odd(), rounder_.needs_all(), batch))
      if (!sink.write(rows_text(writer_, rounded(batch, file), batch, table.delimiter(), file))) return false;
    return true;
  }
  std::vector<double> rounded(const RowBatch<double>& batch, const std::string& file) {
    return rounder_.needs_all() ? rounder_.next(tensor_of(batch), options_.axis, file) : rounder_.next(batch, file);
  }
  std::vector<Wide> rounded(const RowBatch<std::string>& batch, const std::string& file) {
    return rounder_.next(batch, file);
  }

  bool round_tensor(io::Tensor tensor, const std::string& file, Sink& sink) {
    if (!lane::fits_lane<double>(rounder_.format())) return write_column(rounder_.next_wide(tensor, file), file, sink);
    return write_column(rounder_.next(std::move(tensor), options_.axis, file), file, sink);
  }

  // One number a line.
  bool write_column(const auto& results, const std::string& file, Sink& sink) const {
    std::string text;
    for (std::size_t i = 0; i < results.size(); ++i) {
      try {
        writer_.append(text, results[i]);
      } catch (const Error& error) {
        throw Error(fmt::format("{}:{}: {}", file, i + 1, error.what()));
      }
      text += '\n';
      if ((i + 1) % kBatch != 0) continue;
      if (!sink.write(text)) return false;
      text.clear();
    }
    return sink.write(text);
  }

  // The elements of a .npy file keep their type where it is a floating-point one.
  void write_array(const std::vector<std::string>& files) {
    if (files.size() != 1)
      throw Error(fmt::format("-o {}: a .npy file holds one array, and there are {} files to read", options_.output,
                              files.size()));
    const Output output(options_.output);
    io::TextInput input = opened(files.front());
    io::Tensor tensor = io::read_tensor(input, {header_, as_});
    say_notes(tensor.notes);
    io::NpyArray array{tensor.shape, {}, "<f8"};
    const auto letter = tensor.type.find('f');
    if (!as_ && letter != std::string::npos) array.type = "<" + tensor.type.substr(letter);
    array.values = rounder_.next(std::move(tensor), options_.axis, input.file());
    if (writer_.writes_codes()) to_codes(array);
    try {
      output.write(io::to_npy(array));
    } catch (const Error& error) {
      throw Error(fmt::format("{}: {}", options_.output, error.what()));
    }
  }

  void to_codes(io::NpyArray& array) const {
    const int bits = writer_.format().bits;
    if (bits > 32)
      throw Error(fmt::format("-o {}: codes of {} bits do not go into a .npy file", options_.output, bits));
    array.type = bits <= 8 ? "|u1" : bits <= 16 ? "<u2" : "<u4";
    for (double& x : array.values) x = static_cast<double>(static_cast<std::uint64_t>(writer_.code(x)));
  }

  const Options& options_;
  NumberRounder rounder_;
  NumberWriter writer_;
  io::Header header_;
  std::optional<Format> as_;
};

void run(const Options& options) {
  const Quantizer q = parse_quantizer(options.quantizer);
  if (options.codes) code_format(q);
  Command(options, q).run();
}

}  // namespace

void add_round(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  auto* command = app.add_subcommand("round", "Round numbers, one a line");
  command->add_option("QUANTIZER", options->quantizer, "How to round, for example e4m3:overflow=saturate@sr")
      ->required()
      ->option_text(" ");
  command->add_option("FILE", options->files, "Text, CSV, .npy, ARCHIVE.npz#NAME; standard input if absent or -")
      ->option_text(" ");
  command->add_option("--seed", options->seed, "Seed of stochastic rounding and of noise, default 0")
      ->check(whole_number)
      ->option_text("S");
  auto* hexadecimal =
      command->add_flag("--hex", options->hexadecimal, "Print hexadecimal floating point, such as 0x1.8p+0");
  command->add_flag("--codes", options->codes, "Print the codes of the format, such as 0x3c")->excludes(hexadecimal);
  command->add_option("--nan-code", options->nan_code, nan_code_help)->option_text("CODE");
  command->add_option("--axis", options->axis, kAxisHelp)->option_text("A");
  command->add_option("--header", options->header, kHeaderHelp)->option_text("auto|yes|no");
  command->add_option("--as", options->as, kAsHelp)->option_text("FORMAT");
  command->add_option("-o", options->output, "Write to this file, whole or not at all; .npy: as an array")
      ->option_text("FILE");
  command->footer(fmt::format(footer, format::rounding_texts()));
  command->callback([options] { run(*options); });
}

}  // namespace lowprec::cli
