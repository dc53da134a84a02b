#include "http/session_store.h"

#include <chrono>
#include <mutex>
#include <optional>
#include <random>
#include <string>

namespace http {

namespace {

constexpr std::size_t kIdLength = 32;
constexpr char kAlphabet[] = "0123456789abcdef";

std::string newSessionId() {
    static thread_local std::mt19937 engine{std::random_device{}()};
    std::uniform_int_distribution<int> digit(0, 15);

    std::string id(kIdLength, '0');
    for (char& c : id) {
        c = kAlphabet[digit(engine)];
    }
    return id;
}

}  // namespace

std::string SessionStore::create(std::string user) {
    std::string id = newSessionId();
    const auto expires = Clock::now() + lifetime_;
    const std::lock_guard<std::mutex> lock(mutex_);
    sessions_[id] = Session{std::move(user), expires};
    return id;
}

std::optional<std::string> SessionStore::user(const std::string& id) {
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto it = sessions_.find(id);
    if (it == sessions_.end()) {
        return std::nullopt;
    }
    if (it->second.expires <= Clock::now()) {
        sessions_.erase(it);
        return std::nullopt;
    }
    return it->second.user;
}

}  // namespace http
