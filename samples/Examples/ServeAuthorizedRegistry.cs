using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Oci.Distribution.AspNetCore;

namespace Examples;

internal static class ServeAuthorizedRegistry
{
    public static async Task RunAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder();
        builder.Services.AddAuthorization(options => options.AddPolicy("registry", policy => policy.RequireAssertion(context =>
            context.Resource is RegistryResource { Action: RegistryAction.Pull or RegistryAction.Connect }
            || context.User.IsInRole("pusher"))));
        builder.Services.AddOciRegistry(options =>
        {
            options.RootDirectory = "/var/lib/registry";
            options.AuthorizationPolicy = "registry";
        });
        WebApplication app = builder.Build();
        app.MapOciRegistry();
        await app.RunAsync();
    }
}
