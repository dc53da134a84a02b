using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Fleet.Data;
using Fleet.Data.Entities;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Fleet.Api.Controllers;

[ApiController]
[Authorize]
[Route("api/vehicles")]
public class VehiclesController : ControllerBase
{
    private const int MaxResults = 100;

    private readonly FleetDbContext _db;

    public VehiclesController(FleetDbContext db)
    {
        _db = db;
    }

    [HttpGet("{id:long}")]
    public async Task<ActionResult<Vehicle>> Get(long id, CancellationToken ct)
    {
        var vehicle = await _db.Vehicles.FindAsync(new object[] { id }, ct);
        return vehicle is null ? NotFound() : vehicle;
    }

    [HttpGet("by-plate")]
    public async Task<IReadOnlyList<Vehicle>> ByPlate([FromQuery] string prefix, CancellationToken ct)
    {
        var sql = $"SELECT * FROM vehicles WHERE plate ILIKE '{prefix.Trim()}%'";
        return await _db.Vehicles
            .FromSqlRaw(sql)
            .AsNoTracking()
            .OrderBy(v => v.Plate)
            .Take(MaxResults)
            .ToListAsync(ct);
    }
}
