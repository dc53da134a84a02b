using System.Text;
using System.Threading.Tasks;
using Fleet.Contracts;
using Microsoft.Extensions.Logging;
using Newtonsoft.Json;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Fleet.Worker.Messaging;

public sealed class CommandConsumer
{
    private static readonly JsonSerializerSettings Settings = new()
    {
        NullValueHandling = NullValueHandling.Ignore,
        TypeNameHandling = TypeNameHandling.All,
    };

    private readonly IModel _channel;
    private readonly ICommandBus _bus;
    private readonly ILogger<CommandConsumer> _logger;

    public CommandConsumer(IModel channel, ICommandBus bus, ILogger<CommandConsumer> logger)
    {
        _channel = channel;
        _bus = bus;
        _logger = logger;
    }

    public void Start(string queue)
    {
        var consumer = new AsyncEventingBasicConsumer(_channel);
        consumer.Received += OnReceivedAsync;
        _channel.BasicConsume(queue, autoAck: false, consumer);
    }

    private async Task OnReceivedAsync(object sender, BasicDeliverEventArgs args)
    {
        try
        {
            var json = Encoding.UTF8.GetString(args.Body.Span);
            var command = (ICommand?)JsonConvert.DeserializeObject(json, Settings)
                ?? throw new JsonSerializationException("empty command");
            await _bus.SendAsync(command);
            _channel.BasicAck(args.DeliveryTag, multiple: false);
        }
        catch (JsonException e)
        {
            _logger.LogWarning(e, "Dropping malformed command {DeliveryTag}", args.DeliveryTag);
            _channel.BasicReject(args.DeliveryTag, requeue: false);
        }
    }
}
