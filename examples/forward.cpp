// SPDX-License-Identifier: Apache-2.0
// From C++: patterns of a random phase object, and a check that each has the energy of its exit wave.
#include <clptycho/clptycho.h>

#include <array>
#include <cmath>
#include <complex>
#include <cstdio>
#include <memory>
#include <random>
#include <stdexcept>
#include <vector>

namespace {

struct Destroy {
    void operator()(clpt_context *context) const { clpt_context_destroy(&context); }
    void operator()(clpt_scan *scan) const { clpt_scan_destroy(&scan); }
};
using Context = std::unique_ptr<clpt_context, Destroy>;
using Scan = std::unique_ptr<clpt_scan, Destroy>;
using Field = std::vector<std::complex<float>>;

Context open_context()
{
    clpt_context *context = nullptr;
    clpt_message message;
    if (clpt_context_create(nullptr, &context, &message) != CLPT_OK) throw std::runtime_error(message.text);
    return Context(context);
}

void require(const Context &context, clpt_status status)
{
    if (status != CLPT_OK) throw std::runtime_error(clpt_context_get_message(context.get()));
}

Scan make_scan(const Context &context, const std::vector<double> &positions)
{
    clpt_scan *scan = nullptr;
    require(context, clpt_scan_create(context.get(), positions.data(), std::int64_t(positions.size() / 2), &scan));
    return Scan(scan);
}

template <std::size_t Rank>
clpt_array host(const void *data, clpt_type type, const std::array<std::int64_t, Rank> &shape)
{
    return clpt_array_host(data, type, int(Rank), shape.data());
}

// Maximum difference between the energies of a pattern and its exit wave, relative to the latter.
double energy_error(const Context &context)
{
    constexpr std::int64_t N = 64, L = 96, S = 4;
    std::mt19937 random(1);
    std::uniform_real_distribution<float> phase(0, 1.5F);
    Field object(L * L), probe(N * N), patches(S * N * N);
    std::vector<float> intensity(S * N * N);
    for (auto &value : object) value = std::polar(1.0F, phase(random));
    for (std::int64_t k = 0; k < N * N; ++k)
        probe[std::size_t(k)] = 30 * std::exp(-float(std::pow(k % N - 32, 2) + std::pow(k / N - 32, 2)) / 200);

    const Scan scan = make_scan(context, {40.5, 40, 50.25, 41, 42, 55.75, 52, 52});
    const auto in = host<2>(object.data(), CLPT_TYPE_C64, {L, L}), lens = host<2>(probe.data(), CLPT_TYPE_C64, {N, N});
    const auto cut = host<3>(patches.data(), CLPT_TYPE_C64, {S, N, N}),
               out = host<3>(intensity.data(), CLPT_TYPE_F32, {S, N, N});
    require(context, clpt_extract_scan(context.get(), &in, scan.get(), &cut));
    require(context, clpt_forward(context.get(), &in, scan.get(), &lens, nullptr, &out));

    double worst = 0;
    for (std::size_t s = 0; s < std::size_t(S); ++s) {
        double detected = 0, sent = 0;
        for (std::size_t k = 0; k < std::size_t(N * N); ++k) {
            detected += intensity[s * N * N + k];
            sent += std::norm(patches[s * N * N + k] * probe[k]);
        }
        worst = std::fmax(worst, std::fabs(detected / sent - 1));
    }
    return worst;
}

} // namespace

int main()
{
    try {
        const Context context = open_context();
        const double error = energy_error(context);
        std::printf("%s: energy conserved to %.1e\n", clpt_context_get_device(context.get())->name, error);
        return error < 1e-5 ? 0 : 1;
    } catch (const std::exception &failure) {
        std::fprintf(stderr, "%s\n", failure.what());
        return 1;
    }
}
