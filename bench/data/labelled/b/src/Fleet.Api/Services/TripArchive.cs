using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Fleet.Data;
using Fleet.Data.Entities;
using Microsoft.EntityFrameworkCore;

namespace Fleet.Api.Services;

public sealed class TripArchive
{
    private const int PageSize = 100;

    private readonly FleetDbContext _db;

    public TripArchive(FleetDbContext db)
    {
        _db = db;
    }

    public async Task<IReadOnlyList<Trip>> FindAsync(string driverCode, DateTime from, CancellationToken ct)
    {
        return await _db.Trips
            .FromSqlInterpolated($"SELECT * FROM trips WHERE driver_code = {driverCode} AND started_at >= {from}")
            .AsNoTracking()
            .OrderByDescending(t => t.StartedAt)
            .Take(PageSize)
            .ToListAsync(ct);
    }

    public Task<int> ArchiveAsync(string driverCode, DateTime before, CancellationToken ct)
    {
        return _db.Database.ExecuteSqlInterpolatedAsync(
            $"UPDATE trips SET archived = TRUE WHERE driver_code = {driverCode} AND started_at < {before}",
            ct);
    }
}
