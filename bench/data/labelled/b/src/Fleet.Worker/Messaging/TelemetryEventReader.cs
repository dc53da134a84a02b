using System;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Logging;

namespace Fleet.Worker.Messaging;

[JsonPolymorphic(
    TypeDiscriminatorPropertyName = "kind",
    UnknownDerivedTypeHandling = JsonUnknownDerivedTypeHandling.FailSerialization)]
[JsonDerivedType(typeof(PositionReported), "position")]
[JsonDerivedType(typeof(EngineFault), "fault")]
public abstract record TelemetryEvent(string VehicleId, DateTimeOffset At);

public sealed record PositionReported(string VehicleId, DateTimeOffset At, double Latitude, double Longitude)
    : TelemetryEvent(VehicleId, At);

public sealed record EngineFault(string VehicleId, DateTimeOffset At, string Code)
    : TelemetryEvent(VehicleId, At);

public sealed class TelemetryEventReader
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        MaxDepth = 8,
    };

    private readonly ILogger<TelemetryEventReader> _logger;

    public TelemetryEventReader(ILogger<TelemetryEventReader> logger)
    {
        _logger = logger;
    }

    public TelemetryEvent? TryRead(ReadOnlySpan<byte> body)
    {
        try
        {
            return JsonSerializer.Deserialize<TelemetryEvent>(body, Options);
        }
        catch (JsonException e)
        {
            _logger.LogWarning(e, "Ignoring telemetry message of {Length} bytes", body.Length);
            return null;
        }
    }
}
