using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Http;
using System.Net.Http.Json;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;

namespace Portal.Web.Services;

public sealed record Quote(string Carrier, decimal Price, int TransitDays);

public sealed class QuoteAggregator
{
    private readonly HttpClient _http;
    private readonly ICarrierDirectory _carriers;
    private readonly ILogger<QuoteAggregator> _logger;

    public QuoteAggregator(HttpClient http, ICarrierDirectory carriers, ILogger<QuoteAggregator> logger)
    {
        _http = http;
        _carriers = carriers;
        _logger = logger;
    }

    public async Task<Quote?> CheapestAsync(ShipmentRequest request, CancellationToken ct)
    {
        IReadOnlyList<Uri> endpoints = await _carriers.ActiveEndpointsAsync(request.Country, ct);
        var quotes = new List<Quote>(endpoints.Count);
        foreach (var endpoint in endpoints)
        {
            var quote = FetchAsync(endpoint, request, ct).Result;
            if (quote is not null)
            {
                quotes.Add(quote);
            }
        }

        return quotes.MinBy(q => q.Price);
    }

    private async Task<Quote?> FetchAsync(Uri endpoint, ShipmentRequest request, CancellationToken ct)
    {
        using var response = await _http.PostAsJsonAsync(endpoint, request, ct);
        if (!response.IsSuccessStatusCode)
        {
            _logger.LogWarning("Carrier {Host} answered {Status}", endpoint.Host, response.StatusCode);
            return null;
        }

        return await response.Content.ReadFromJsonAsync<Quote>(cancellationToken: ct);
    }
}
