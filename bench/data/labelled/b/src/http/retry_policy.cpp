#include "http/retry_policy.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <random>

namespace http {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds kBase{200};
constexpr milliseconds kCeiling{30'000};
constexpr int kMaxDoublings = 10;

milliseconds backoff(int attempt) {
    const auto factor = 1LL << std::clamp(attempt, 0, kMaxDoublings);
    return std::min(kCeiling, milliseconds(kBase.count() * factor));
}

// spreads the clients out after an outage
milliseconds jitter(milliseconds upTo) {
    static thread_local std::mt19937 engine{std::random_device{}()};
    std::uniform_int_distribution<milliseconds::rep> pick(0, upTo.count());
    return milliseconds(pick(engine));
}

bool isTransient(int status) {
    return status == kTooManyRequests || status == kBadGateway || status == kServiceUnavailable;
}

}  // namespace

RetryPolicy::RetryPolicy(int maxAttempts) : maxAttempts_(maxAttempts) {}

std::optional<milliseconds> RetryPolicy::delayFor(int attempt, int status) const {
    if (attempt >= maxAttempts_ || !isTransient(status)) {
        return std::nullopt;
    }
    return jitter(backoff(attempt));
}

}  // namespace http
