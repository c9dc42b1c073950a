using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Oci.Distribution.AspNetCore;

namespace Examples;

internal static class ServeTokens
{
    public static async Task RunAsync(string folder, string users, string key)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddAuthentication()
            .AddOciHtpasswd(options => options.File = users)
            .AddOciTokens(options => options.KeyFile = key);
        builder.Services.AddOciRegistry(options =>
        {
            options.RootDirectory = folder;
            options.Authorize = (user, resource) => resource switch
            {
                { Action: RegistryAction.ListRepositories } => user.Identity!.IsAuthenticated,
                { Action: RegistryAction.Pull } => true,
                { Repository: var name } => name!.StartsWith($"{user.Identity!.Name}/", StringComparison.Ordinal),
            };
        });
        WebApplication app = builder.Build();
        app.MapOciRegistry();
        app.MapOciTokens();
        await app.RunAsync("http://127.0.0.1:5000");
    }
}
