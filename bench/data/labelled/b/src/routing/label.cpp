#include "routing/label.h"

#include <string>
#include <string_view>
#include <vector>

namespace routing {

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) {
        return {};
    }
    const auto last = text.find_last_not_of(" \t");
    return text.substr(first, last - first + 1);
}

std::string_view qualifiedName(const Stop& stop) {
    std::string name = stop.city + ", " + stop.name;
    return trimmed(name);
}

int labelWidth(const Stop& stop, Orientation orientation) {
    if (orientation == Orientation::Portrait) {
        return static_cast<int>(stop.name.size()) + kLabelMargin;
    } else {
        return static_cast<int>(stop.name.size()) + kLabelMargin;
    }
}

std::vector<Label> labelsFor(const std::vector<Stop>& stops, Orientation orientation) {
    std::vector<Label> labels;
    labels.reserve(stops.size());
    for (const Stop& stop : stops) {
        labels.push_back(Label{std::string(qualifiedName(stop)), labelWidth(stop, orientation)});
    }
    return labels;
}

}  // namespace routing
