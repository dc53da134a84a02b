#include "export/archiver.h"

#include <array>
#include <cstdio>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>

namespace exporter {

namespace {

struct PipeCloser {
    void operator()(std::FILE* pipe) const { pclose(pipe); }
};

std::string readAll(std::FILE* pipe) {
    std::array<char, 4096> chunk{};
    std::string output;
    while (std::size_t n = std::fread(chunk.data(), 1, chunk.size(), pipe)) {
        output.append(chunk.data(), n);
    }
    return output;
}

}  // namespace

Archiver::Archiver(std::string root) : root_(std::move(root)) {}

// folder: the project folder named in the export request
std::string Archiver::listing(const ExportRequest& request) const {
    std::ostringstream command;
    command << "/usr/bin/du -a --max-depth=2 " << root_ << '/' << request.folder();

    std::unique_ptr<std::FILE, PipeCloser> pipe(popen(command.str().c_str(), "r"));
    if (!pipe) {
        throw std::runtime_error("du could not be started");
    }
    return readAll(pipe.get());
}

}  // namespace exporter
