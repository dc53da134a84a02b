using System.Net;
using System.Net.Http;
using System.Net.Http.Json;
using System.Threading;
using System.Threading.Tasks;

namespace Portal.Web.Services;

public sealed record TrackingState(string Parcel, string Status, string? Location);

public sealed class TrackingOverview
{
    private readonly HttpClient _http;

    public TrackingOverview(HttpClient http)
    {
        _http = http;
    }

    public async Task<(TrackingState? Outbound, TrackingState? Inbound)> ForReturnAsync(
        long outboundParcelId, long inboundParcelId, CancellationToken ct)
    {
        Task<TrackingState?> outbound = LoadAsync(outboundParcelId, ct);
        Task<TrackingState?> inbound = LoadAsync(inboundParcelId, ct);

        await Task.WhenAll(outbound, inbound);

        return (outbound.Result, inbound.Result);
    }

    private async Task<TrackingState?> LoadAsync(long parcelId, CancellationToken ct)
    {
        using var response = await _http.GetAsync($"parcels/{parcelId}/state", ct);
        if (response.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }

        response.EnsureSuccessStatusCode();
        return await response.Content.ReadFromJsonAsync<TrackingState>(cancellationToken: ct);
    }
}
