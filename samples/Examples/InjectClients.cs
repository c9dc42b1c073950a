using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Oci.Distribution;

namespace Examples;

/// <summary>An app that is given its registry clients and its container runtime.</summary>
internal static class InjectClients
{
    public static async Task RunAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder();
        builder.Services.AddOciRegistryClient(new Uri("https://registry.example"), options => options.MaxRetries = 2)
            .AddHttpMessageHandler(() => new CountingHandler());
        builder.Services.AddOciRegistryClientPool();
        builder.Services.AddContainerRuntime(builder.Configuration.GetSection("Containers"));

        await using WebApplication app = builder.Build();
        app.MapGet("/tags/{name}", (string name, RegistryClient client) => client.Repository(name).ListTagsAsync());
        await app.RunAsync();
    }

    private sealed class CountingHandler : DelegatingHandler
    {
        private int _count;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _count);
            return base.SendAsync(request, cancellationToken);
        }
    }
}
