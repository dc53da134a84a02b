#include "routing/timetable.h"

#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

namespace routing {

namespace {

std::string_view nextField(std::string_view& rest) {
    const auto comma = rest.find(',');
    const std::string_view field = rest.substr(0, comma);
    rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
    return field;
}

std::optional<int> parseMinutes(std::string_view text) {
    int value = 0;
    const auto [end, err] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (err != std::errc{} || end != text.data() + text.size() || value < 0) {
        return std::nullopt;
    }
    return value;
}

}  // namespace

bool Timetable::addLine(std::string_view line) {
    const std::string_view stop = nextField(line);
    const auto minutes = parseMinutes(nextField(line));
    if (stop.empty() || !minutes) {
        return false;
    }
    departures_[std::string(stop)] = *minutes;
    return true;
}

std::size_t Timetable::dropBefore(int minutes) {
    std::size_t dropped = 0;
    for (auto it = departures_.begin(); it != departures_.end();) {
        if (it->second < minutes) {
            it = departures_.erase(it);
            ++dropped;
        } else {
            ++it;
        }
    }
    return dropped;
}

}  // namespace routing
